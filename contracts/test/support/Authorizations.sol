// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vm} from "forge-std/Vm.sol";

import {FiatTokenLocal} from "../../src/local/FiatTokenLocal.sol";

struct Authorization {
    address from;
    address to;
    uint256 value;
    uint256 validAfter;
    uint256 validBefore;
    bytes32 nonce;
}

/// @dev Signs a struct of the token's EIP-712 domain, as r ++ s ++ v.
function signTypedData(Vm vm, FiatTokenLocal token, uint256 key, bytes32 structHash) view returns (bytes memory) {
    bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash));
    (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
    return abi.encodePacked(r, s, v);
}

/// @dev Signs an EIP-3009 transfer or receive authorization.
function signAuthorization(Vm vm, FiatTokenLocal token, uint256 key, bytes32 typeHash, Authorization memory data)
    view
    returns (bytes memory)
{
    return signTypedData(vm, token, key, keccak256(abi.encode(typeHash, data)));
}
