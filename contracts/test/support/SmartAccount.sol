// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Erc1271Wallet} from "./Erc1271Wallet.sol";

/// @notice A smart wallet in the manner of ERC-4337: anybody may bring in what its owner signed, so whoever sends the
///         transaction says nothing about whose money moves.
contract SmartAccount is Erc1271Wallet {
    uint256 public nonce;

    constructor(address owner) Erc1271Wallet(owner) {}

    function operationHash(address to, bytes calldata data) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), nonce, to, data));
    }

    function execute(address to, bytes calldata data, bytes calldata signature) external {
        bytes32 digest = operationHash(to, data);
        require(this.isValidSignature(digest, signature) == this.isValidSignature.selector, "not the owner's");
        ++nonce;
        (bool ok,) = to.call(data);
        require(ok, "the call failed");
    }
}

/// @notice Where bundlers bring operations of many accounts in one transaction.
contract TestEntryPoint {
    struct Operation {
        SmartAccount account;
        address to;
        bytes data;
        bytes signature;
    }

    function handleOps(Operation[] calldata operations) external {
        for (uint256 i = 0; i < operations.length; ++i) {
            operations[i].account.execute(operations[i].to, operations[i].data, operations[i].signature);
        }
    }
}
