// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IPermit2} from "./IPermit2.sol";

/// @title X402Permit2Proxy
///
/// @notice What the two x402 proxies of the local chain share. They follow the published ABI; the code is placed at the
///         canonical addresses, so nothing may depend on a constructor.
abstract contract X402Permit2Proxy is ReentrancyGuardTransient {
    struct EIP2612Permit {
        uint256 value;
        uint256 deadline;
        bytes32 r;
        bytes32 s;
        uint8 v;
    }

    IPermit2 public constant PERMIT2 = IPermit2(0x000000000022D473030F116dDEE9F6B43aC78BA3);

    event Settled();
    event SettledWithPermit();

    error InvalidDestination();
    error InvalidOwner();
    error InvalidPermit2Address();
    error PaymentTooEarly();
    error Permit2612AmountMismatch();

    /// @dev The allowance may exist already or the permit may have been used by somebody else, so that its failure is not
    ///      the payment's: Permit2 refuses if the allowance is missing after all.
    function _permit2612(EIP2612Permit calldata permit2612, address token, address owner, uint256 permitted) internal {
        if (permit2612.value != permitted) revert Permit2612AmountMismatch();
        try IERC20Permit(token)
            .permit(
                owner, address(PERMIT2), permit2612.value, permit2612.deadline, permit2612.v, permit2612.r, permit2612.s
            ) {}
            catch {}
    }

    function _transfer(
        IPermit2.PermitTransferFrom calldata permit,
        uint256 amount,
        address owner,
        address to,
        uint256 validAfter,
        bytes32 witnessHash,
        string memory witnessTypeString,
        bytes calldata signature
    ) internal {
        if (owner == address(0)) revert InvalidOwner();
        if (to == address(0)) revert InvalidDestination();
        if (block.timestamp < validAfter) revert PaymentTooEarly();
        PERMIT2.permitWitnessTransferFrom(
            permit, IPermit2.SignatureTransferDetails(to, amount), owner, witnessHash, witnessTypeString, signature
        );
    }
}
