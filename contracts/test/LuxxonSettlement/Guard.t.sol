// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ConsumerGuard} from "../../src/ConsumerGuard.sol";
import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {SettlementTest} from "../support/SettlementTest.sol";

contract GuardTest is SettlementTest {
    uint256 internal constant NO_LIMIT = type(uint256).max;

    function setUp() public override {
        super.setUp();
        _deposit(100 * USDC);
        _setOperator(true);
    }

    function _setGuard(bool enabled, uint256 maxRatePerSecond, uint256 maxPerSession, uint256 maxPerDay) internal {
        vm.prank(consumer);
        settlement.setGuard(enabled, maxRatePerSecond, maxPerSession, maxPerDay);
    }

    function _setOperator(bool allowed) internal {
        vm.prank(consumer);
        settlement.setOperator(operator, allowed);
    }

    function _violation(ConsumerGuard.GuardField field, uint256 value, uint256 limit)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(ConsumerGuard.GuardViolated.selector, field, value, limit);
    }

    function test_givenNoGuard_whenSettling_thenAnyOperatorIsPaid() public {
        _setOperator(false);
        _settle(_entry("session"));
        assertEq(usdc.balanceOf(operator), 4250);
        assertEq(settlement.spentToday(consumer), 0);
    }

    function test_whenSettingTheGuard_thenItIsStoredAndTheEventCarriesAllOfIt() public {
        vm.expectEmit(address(settlement));
        emit ConsumerGuard.GuardSet(consumer, true, 1, 2, 3);
        _setGuard(true, 1, 2, 3);
        (bool enabled, uint256 maxRatePerSecond, uint256 maxPerSession, uint256 maxPerDay) = settlement.guards(consumer);
        assertTrue(enabled);
        assertEq(maxRatePerSecond, 1);
        assertEq(maxPerSession, 2);
        assertEq(maxPerDay, 3);
    }

    function test_whenSettingAnOperator_thenItIsStoredAndTheEventNamesBoth() public {
        vm.expectEmit(address(settlement));
        emit ConsumerGuard.OperatorSet(consumer, stranger, true);
        vm.prank(consumer);
        settlement.setOperator(stranger, true);
        assertTrue(settlement.operators(consumer, stranger));
        assertFalse(settlement.operators(stranger, consumer));
    }

    function test_givenLimitsExactlyMet_whenSettling_thenSettles() public {
        _setGuard(true, 1000, 5000, 5000);
        _settle(_entry("session"));
        assertEq(settlement.spentToday(consumer), 5000);
    }

    function test_givenUnlistedOperator_whenSettling_thenReverts() public {
        _setOperator(false);
        _setGuard(true, NO_LIMIT, NO_LIMIT, NO_LIMIT);
        _expectSettleRevert(_entry("session"), _violation(ConsumerGuard.GuardField.Operator, uint160(operator), 0));
    }

    function test_givenRateOneAboveTheLimit_whenSettling_thenReverts() public {
        _setGuard(true, 999, NO_LIMIT, NO_LIMIT);
        _expectSettleRevert(_entry("session"), _violation(ConsumerGuard.GuardField.RatePerSecond, 1000, 999));
    }

    function test_givenChargeOneAboveTheSessionLimit_whenSettling_thenReverts() public {
        _setGuard(true, NO_LIMIT, 4999, NO_LIMIT);
        _expectSettleRevert(_entry("session"), _violation(ConsumerGuard.GuardField.PerSession, 5000, 4999));
    }

    function test_givenDaysSumOneAboveTheLimit_whenSettling_thenReverts() public {
        _setGuard(true, NO_LIMIT, NO_LIMIT, 9999);
        _settle(_entry("first"));
        _expectSettleRevert(_entry("second"), _violation(ConsumerGuard.GuardField.PerDay, 10_000, 9999));
        assertEq(settlement.spentToday(consumer), 5000);
    }

    function test_givenDayLimitReached_whenTheUtcDayEnds_thenSettlesAgain() public {
        _setGuard(true, NO_LIMIT, NO_LIMIT, 5000);
        _settle(_entry("first"));

        vm.warp(20_001 days - 1);
        _expectSettleRevert(_entry("second"), _violation(ConsumerGuard.GuardField.PerDay, 10_000, 5000));

        vm.warp(20_001 days);
        assertEq(settlement.spentToday(consumer), 0);
        _settle(_entry("second"));
        assertEq(settlement.spentToday(consumer), 5000);
    }

    function test_givenGuardOfZeros_whenSettling_thenNothingGetsThrough() public {
        _setGuard(true, 0, 0, 0);
        _expectSettleRevert(_entry("session"), _violation(ConsumerGuard.GuardField.RatePerSecond, 1000, 0));
    }

    function test_givenGuardDisabledAgain_whenSettling_thenSettlesUncounted() public {
        _setGuard(true, 0, 0, 0);
        _setGuard(false, 0, 0, 0);
        _settle(_entry("session"));
        assertEq(settlement.spentToday(consumer), 0);
    }

    function test_givenGuardChangedWithinTheDay_whenSettling_thenWhatWasSpentStillCounts() public {
        _setGuard(true, NO_LIMIT, NO_LIMIT, 5000);
        _settle(_entry("first"));
        _setGuard(false, 0, 0, 0);
        _setGuard(true, NO_LIMIT, NO_LIMIT, 9999);
        _expectSettleRevert(_entry("second"), _violation(ConsumerGuard.GuardField.PerDay, 10_000, 9999));
    }

    function test_givenAnotherConsumersGuard_whenSettling_thenItDoesNotApply() public {
        vm.prank(stranger);
        settlement.setGuard(true, 0, 0, 0);
        _settle(_entry("session"));
        assertEq(usdc.balanceOf(operator), 4250);
    }

    function test_givenGuardedAndOtherEntries_whenSettlingABatch_thenOnlyTheForbiddenOneIsSkipped() public {
        _setGuard(true, NO_LIMIT, NO_LIMIT, 5000);
        LuxxonSettlement.Entry[] memory entries = new LuxxonSettlement.Entry[](2);
        (entries[0], entries[1]) = (_entry("first"), _entry("second"));

        vm.expectEmit(address(settlement));
        emit LuxxonSettlement.SettleSkipped(
            entries[1].sessionId, _violation(ConsumerGuard.GuardField.PerDay, 10_000, 5000)
        );
        vm.prank(relayer);
        settlement.settleBatch(entries);

        assertTrue(settlement.settled(entries[0].sessionId));
        assertEq(settlement.spentToday(consumer), 5000);
    }

    function testFuzz_givenGuard_whenARelayerSettlesAtWill_thenADayNeverCostsMoreThanItsLimit(
        uint256 maxPerDay,
        uint256[8] memory charges
    ) public {
        maxPerDay = bound(maxPerDay, 0, 50 * USDC);
        _setGuard(true, NO_LIMIT, NO_LIMIT, maxPerDay);
        LuxxonSettlement.Entry[] memory entries = new LuxxonSettlement.Entry[](charges.length);
        for (uint256 i = 0; i < charges.length; ++i) {
            uint256 charge = bound(charges[i], 0, 60 * USDC);
            entries[i] = LuxxonSettlement.Entry(keccak256(abi.encode(i)), consumer, operator, charge, 1, charge, 0);
        }
        vm.prank(relayer);
        settlement.settleBatch(entries);
        assertLe(100 * USDC - settlement.deposits(consumer), maxPerDay);
        assertEq(settlement.spentToday(consumer), 100 * USDC - settlement.deposits(consumer));
    }
}
