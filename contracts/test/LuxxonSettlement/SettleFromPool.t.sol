// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {stdError} from "forge-std/StdError.sol";

import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {SettlementRoles} from "../../src/SettlementRoles.sol";
import {SettlementTest} from "../support/SettlementTest.sol";

contract SettleFromPoolTest is SettlementTest {
    function setUp() public override {
        super.setUp();
        _deposit(100 * USDC);
    }

    function test_givenDeposit_whenSettling_thenOperatorAndFeeRecipientArePaid() public {
        LuxxonSettlement.Entry memory entry = _entry("session");

        vm.expectEmit(address(settlement));
        emit LuxxonSettlement.Settled(entry.sessionId, consumer, operator, 4250, 750, 1000, 5);
        _settle(entry);

        assertTrue(settlement.settled(entry.sessionId));
        assertEq(settlement.deposits(consumer), 100 * USDC - 5000);
        assertEq(usdc.balanceOf(operator), 4250);
        assertEq(usdc.balanceOf(feeRecipient), 750);
    }

    function test_givenSettledSession_whenSettlingAgain_thenReverts() public {
        LuxxonSettlement.Entry memory entry = _entry("session");
        _settle(entry);
        _expectSettleRevert(entry, abi.encodeWithSelector(LuxxonSettlement.AlreadySettled.selector, entry.sessionId));
    }

    function test_whenChargeIsOneAboveTheMeter_thenRevertsWithBothNumbers() public {
        LuxxonSettlement.Entry memory entry = _entry("session");
        entry.toAmount += 1;
        _expectSettleRevert(entry, abi.encodeWithSelector(LuxxonSettlement.MeterExceeded.selector, 5001, 5000));
    }

    function test_whenFeeIsExactlyThirtyPercent_thenSettles() public {
        LuxxonSettlement.Entry memory entry = _entry("session");
        (entry.toAmount, entry.feeAmount) = (3500, 1500);
        _settle(entry);
        assertEq(usdc.balanceOf(feeRecipient), 1500);
    }

    function test_whenFeeIsOneAboveThirtyPercent_thenRevertsWithBothNumbers() public {
        LuxxonSettlement.Entry memory entry = _entry("session");
        (entry.toAmount, entry.feeAmount) = (3499, 1501);
        _expectSettleRevert(entry, abi.encodeWithSelector(LuxxonSettlement.FeeTooHigh.selector, 1501, 1500));
    }

    function test_whenChargeIsOneAboveTheDeposit_thenRevertsWithBothNumbers() public {
        LuxxonSettlement.Entry memory entry = _entry("session");
        (entry.ratePerSecond, entry.toAmount, entry.feeAmount) = (100 * USDC, 100 * USDC + 1, 0);
        _expectSettleRevert(
            entry, abi.encodeWithSelector(LuxxonSettlement.InsufficientDeposit.selector, 100 * USDC + 1, 100 * USDC)
        );
    }

    function test_whenNothingIsCharged_thenTheSessionIsClosedAndNothingMoves() public {
        LuxxonSettlement.Entry memory entry = _entry("session");
        (entry.chargeableSeconds, entry.toAmount, entry.feeAmount) = (0, 0, 0);
        _settle(entry);
        assertTrue(settlement.settled(entry.sessionId));
        assertEq(settlement.deposits(consumer), 100 * USDC);
    }

    function test_whenOperatorIsZeroOrThePool_thenReverts() public {
        LuxxonSettlement.Entry memory entry = _entry("session");
        entry.to = address(0);
        _expectSettleRevert(entry, abi.encodeWithSelector(SettlementRoles.ZeroAddress.selector));
        entry.to = address(settlement);
        _expectSettleRevert(
            entry, abi.encodeWithSelector(SettlementRoles.InvalidRecipient.selector, address(settlement))
        );
    }

    function test_whenRateTimesSecondsOverflows_thenReverts() public {
        LuxxonSettlement.Entry memory entry = _entry("session");
        entry.ratePerSecond = type(uint256).max;
        _expectSettleRevert(entry, stdError.arithmeticError);
    }

    function test_givenPaused_whenSettling_thenReverts() public {
        _pause();
        _expectSettleRevert(_entry("session"), abi.encodeWithSelector(Pausable.EnforcedPause.selector));
    }

    function test_whenAnybodyElseSettles_thenReverts() public {
        address[3] memory others = [admin, operator, consumer];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(SettlementRoles.NotRelayer.selector, others[i], relayer));
            vm.prank(others[i]);
            settlement.settleFromPool(keccak256("session"), consumer, others[i], 1, 1, 1, 0);
        }
    }

    function test_givenOperatorBlockedByCircle_whenSettling_thenNothingChanges() public {
        usdc.blacklist(operator);
        LuxxonSettlement.Entry memory entry = _entry("session");
        _expectSettleRevert(entry, abi.encodeWithSignature("Error(string)", "Blacklistable: account is blacklisted"));
        assertFalse(settlement.settled(entry.sessionId));
        assertEq(settlement.deposits(consumer), 100 * USDC);
    }

    function testFuzz_whenSettling_thenOperatorAndFeeNeverExceedRateTimesSeconds(
        uint256 ratePerSecond,
        uint256 chargeableSeconds,
        uint256 toAmount,
        uint256 feeAmount
    ) public {
        ratePerSecond = bound(ratePerSecond, 0, 2 * USDC);
        chargeableSeconds = bound(chargeableSeconds, 0, 86_400);
        toAmount = bound(toAmount, 0, 120 * USDC);
        feeAmount = bound(feeAmount, 0, 60 * USDC);
        uint256 charged = toAmount + feeAmount;
        bool isAllowed =
            charged <= ratePerSecond * chargeableSeconds && feeAmount * 10 <= charged * 3 && charged <= 100 * USDC;

        vm.prank(relayer);
        if (!isAllowed) vm.expectRevert();
        settlement.settleFromPool(
            keccak256("session"), consumer, operator, ratePerSecond, chargeableSeconds, toAmount, feeAmount
        );

        assertEq(settlement.settled(keccak256("session")), isAllowed);
        assertEq(settlement.deposits(consumer), 100 * USDC - (isAllowed ? charged : 0));
        assertEq(usdc.balanceOf(address(settlement)), settlement.deposits(consumer));
    }
}
