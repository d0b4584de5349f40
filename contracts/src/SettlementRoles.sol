// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

/// @title SettlementRoles
///
/// @notice Who settles, who receives fees, and the admin that names both and may pause. The admin follows another only by
///         that other's own call.
abstract contract SettlementRoles is Pausable {
    /// @notice May set roles, pause and unpause. Holds no power over deposits.
    address public admin;

    /// @notice Named by the admin to follow it; zero when no transfer is under way.
    address public pendingAdmin;

    /// @notice The only account that settles and refunds.
    address public relayer;

    /// @notice Receives every fee; never an argument of a settlement.
    address public feeRecipient;

    event RelayerSet(address indexed previousRelayer, address indexed newRelayer);
    event FeeRecipientSet(address indexed previousFeeRecipient, address indexed newFeeRecipient);
    event AdminTransferStarted(address indexed currentAdmin, address indexed pendingAdmin);
    event AdminTransferred(address indexed previousAdmin, address indexed newAdmin);

    error ZeroAddress();
    error InvalidRecipient(address recipient);
    error NotAdmin(address caller, address admin);
    error NotPendingAdmin(address caller, address pendingAdmin);
    error NotRelayer(address caller, address relayer);

    modifier onlyAdmin() {
        if (msg.sender != admin) revert NotAdmin(msg.sender, admin);
        _;
    }

    modifier onlyRelayer() {
        if (msg.sender != relayer) revert NotRelayer(msg.sender, relayer);
        _;
    }

    constructor(address admin_, address relayer_, address feeRecipient_) {
        if (admin_ == address(0)) revert ZeroAddress();
        admin = admin_;
        emit AdminTransferred(address(0), admin_);
        _setRelayer(relayer_);
        _setFeeRecipient(feeRecipient_);
    }

    /// @notice Stops deposits and settlements. Withdrawals and refunds go on.
    function pause() external onlyAdmin {
        _pause();
    }

    /// @notice Lets deposits and settlements go on.
    function unpause() external onlyAdmin {
        _unpause();
    }

    /// @notice Replaces the relayer, effective at once: what the old one has in flight reverts.
    ///
    /// @param newRelayer Not zero.
    function setRelayer(address newRelayer) external onlyAdmin {
        _setRelayer(newRelayer);
    }

    /// @notice Replaces the fee recipient for all later settlements.
    ///
    /// @param newFeeRecipient Not zero and not this contract.
    function setFeeRecipient(address newFeeRecipient) external onlyAdmin {
        _setFeeRecipient(newFeeRecipient);
    }

    /// @notice Names the next admin, who has to accept. A later call replaces the name; zero withdraws it.
    ///
    /// @param newAdmin The account that may call `acceptAdmin`.
    function transferAdmin(address newAdmin) external onlyAdmin {
        pendingAdmin = newAdmin;
        emit AdminTransferStarted(admin, newAdmin);
    }

    /// @notice Makes the caller admin if the admin has named it.
    function acceptAdmin() external {
        if (msg.sender != pendingAdmin) revert NotPendingAdmin(msg.sender, pendingAdmin);
        address previousAdmin = admin;
        admin = msg.sender;
        delete pendingAdmin;
        emit AdminTransferred(previousAdmin, msg.sender);
    }

    function _setRelayer(address newRelayer) internal {
        if (newRelayer == address(0)) revert ZeroAddress();
        emit RelayerSet(relayer, newRelayer);
        relayer = newRelayer;
    }

    function _setFeeRecipient(address newFeeRecipient) internal {
        _requireRecipient(newFeeRecipient);
        emit FeeRecipientSet(feeRecipient, newFeeRecipient);
        feeRecipient = newFeeRecipient;
    }

    /// @dev USDC paid to this contract itself would belong to nobody.
    function _requireRecipient(address recipient) internal view {
        if (recipient == address(0)) revert ZeroAddress();
        if (recipient == address(this)) revert InvalidRecipient(recipient);
    }
}
