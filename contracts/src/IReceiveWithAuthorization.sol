// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title IReceiveWithAuthorization
///
/// @notice The part of Circle's FiatToken v2.2 that the settlement calls: EIP-3009 with a `bytes` signature.
interface IReceiveWithAuthorization {
    /// @notice Moves `value` from `from` to `to` with `from`'s signature; the caller must be `to`.
    ///
    /// @param from Payer and signer.
    /// @param to Payee and caller.
    /// @param value Smallest units of the token.
    /// @param validAfter Unix seconds, exclusive.
    /// @param validBefore Unix seconds, exclusive.
    /// @param nonce Any 32 bytes never used before by `from`.
    /// @param signature 65 bytes of an EOA or what `from`'s ERC-1271 contract accepts.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
}
