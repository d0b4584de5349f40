// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title ConsumerGuard
///
/// @notice Limits that a consumer sets on what may be settled from its own deposit, whatever the relayer says. Off until
///         the consumer turns them on.
abstract contract ConsumerGuard {
    /// @notice Limits a consumer sets on what may be settled from its own deposit.
    struct Guard {
        /// @dev While false nothing of the guard applies, the operator list included.
        bool enabled;
        /// @dev Inclusive, smallest units per second.
        uint256 maxRatePerSecond;
        /// @dev Inclusive, smallest units per session, fee included.
        uint256 maxPerSession;
        /// @dev Inclusive, smallest units per UTC day, fee included.
        uint256 maxPerDay;
    }

    /// @notice What was settled under a consumer's guard on one UTC day.
    struct DayUse {
        /// @dev Days since the Unix epoch.
        uint64 day;
        /// @dev Smallest units settled on that day while the guard was enabled, fee included.
        uint192 spent;
    }

    /// @notice The limit that a `GuardViolated` error names.
    enum GuardField {
        Operator,
        RatePerSecond,
        PerSession,
        PerDay
    }

    /// @notice The limits a consumer has set.
    mapping(address consumer => Guard guard) public guards;

    /// @notice Whether a consumer's enabled guard lets an operator be paid.
    mapping(address consumer => mapping(address operator => bool allowed)) public operators;

    /// @notice What a consumer's guard has counted on the last day it counted anything.
    mapping(address consumer => DayUse use) public dayUse;

    event GuardSet(
        address indexed account, bool enabled, uint256 maxRatePerSecond, uint256 maxPerSession, uint256 maxPerDay
    );
    event OperatorSet(address indexed account, address indexed operator, bool allowed);

    error GuardViolated(GuardField field, uint256 value, uint256 limit);

    /// @notice Sets the caller's own limits, effective at once. A limit is inclusive and literal: 0 lets nothing through,
    ///         `type(uint256).max` is no limit. While enabled, only operators listed with `setOperator` can be paid.
    ///
    /// @dev What was settled earlier on the same UTC day under the guard stays counted.
    ///
    /// @param enabled Whether the guard applies at all.
    /// @param maxRatePerSecond Smallest units per second.
    /// @param maxPerSession Smallest units per session, fee included.
    /// @param maxPerDay Smallest units per UTC day, fee included.
    function setGuard(bool enabled, uint256 maxRatePerSecond, uint256 maxPerSession, uint256 maxPerDay) external {
        guards[msg.sender] = Guard(enabled, maxRatePerSecond, maxPerSession, maxPerDay);
        emit GuardSet(msg.sender, enabled, maxRatePerSecond, maxPerSession, maxPerDay);
    }

    /// @notice Lists or unlists an operator that the caller's guard lets be paid, effective at once.
    ///
    /// @param operator The address sessions pay to.
    /// @param allowed Whether it may be paid while the caller's guard is enabled.
    function setOperator(address operator, bool allowed) external {
        operators[msg.sender][operator] = allowed;
        emit OperatorSet(msg.sender, operator, allowed);
    }

    /// @notice What a consumer's guard has counted on the current UTC day.
    ///
    /// @param consumer Whose guard.
    ///
    /// @return spent Smallest units, fee included.
    function spentToday(address consumer) public view returns (uint256 spent) {
        DayUse storage use = dayUse[consumer];
        return use.day == _today() ? use.spent : 0;
    }

    /// @dev Refuses what the consumer's guard forbids and counts the rest against its day.
    function _spendGuard(address consumer, address operator, uint256 ratePerSecond, uint256 charged) internal {
        Guard storage guard = guards[consumer];
        if (!guard.enabled) return;

        if (!operators[consumer][operator]) revert GuardViolated(GuardField.Operator, uint160(operator), 0);
        _requireWithin(GuardField.RatePerSecond, ratePerSecond, guard.maxRatePerSecond);
        _requireWithin(GuardField.PerSession, charged, guard.maxPerSession);

        uint256 spent = spentToday(consumer) + charged;
        _requireWithin(GuardField.PerDay, spent, guard.maxPerDay);
        dayUse[consumer] = DayUse(_today(), SafeCast.toUint192(spent));
    }

    function _today() internal view returns (uint64) {
        return uint64(block.timestamp / 1 days);
    }

    function _requireWithin(GuardField field, uint256 value, uint256 limit) internal pure {
        if (value > limit) revert GuardViolated(field, value, limit);
    }
}
