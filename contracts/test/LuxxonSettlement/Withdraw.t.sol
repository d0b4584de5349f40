// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {SettlementTest} from "../support/SettlementTest.sol";

contract WithdrawTest is SettlementTest {
    function setUp() public override {
        super.setUp();
        _deposit(100 * USDC);
    }

    function _withdraw(uint256 amount) internal {
        vm.prank(consumer);
        settlement.withdraw(amount);
    }

    function test_givenDeposit_whenWithdrawing_thenCallerReceivesItAndEventCarriesTheNewBalance() public {
        vm.expectEmit(address(settlement));
        emit LuxxonSettlement.Withdrawn(consumer, 30 * USDC, 70 * USDC);
        _withdraw(30 * USDC);

        assertEq(settlement.deposits(consumer), 70 * USDC);
        assertEq(usdc.balanceOf(consumer), 930 * USDC);
    }

    function test_givenPaused_whenWithdrawing_thenCallerReceivesIt() public {
        _pause();
        _withdraw(100 * USDC);
        assertEq(usdc.balanceOf(consumer), 1000 * USDC);
    }

    function test_givenGuardThatForbidsAll_whenWithdrawing_thenCallerReceivesIt() public {
        vm.prank(consumer);
        settlement.setGuard(true, 0, 0, 0);
        _withdraw(100 * USDC);
        assertEq(usdc.balanceOf(consumer), 1000 * USDC);
    }

    function test_whenWithdrawingMoreThanDeposited_thenRevertsWithBothNumbers() public {
        vm.expectRevert(
            abi.encodeWithSelector(LuxxonSettlement.InsufficientDeposit.selector, 100 * USDC + 1, 100 * USDC)
        );
        _withdraw(100 * USDC + 1);
    }

    function test_whenWithdrawingZero_thenReverts() public {
        vm.expectRevert(LuxxonSettlement.ZeroAmount.selector);
        _withdraw(0);
    }

    function test_givenNoDeposit_whenAStrangerWithdraws_thenReverts() public {
        vm.expectRevert(abi.encodeWithSelector(LuxxonSettlement.InsufficientDeposit.selector, 1, 0));
        vm.prank(stranger);
        settlement.withdraw(1);
    }

    function test_givenUsdcPausedByCircle_whenWithdrawing_thenRevertsAndTheDepositStays() public {
        usdc.pause();
        vm.expectRevert("Pausable: paused");
        _withdraw(1);
        assertEq(settlement.deposits(consumer), 100 * USDC);
    }

    function test_givenConsumerBlockedByCircle_whenWithdrawing_thenRevertsAndTheDepositStays() public {
        usdc.blacklist(consumer);
        vm.expectRevert("Blacklistable: account is blacklisted");
        _withdraw(1);
        assertEq(settlement.deposits(consumer), 100 * USDC);
    }

    function testFuzz_whenWithdrawing_thenDepositAndWalletMoveByTheSameAmount(uint256 amount, bool paused) public {
        amount = bound(amount, 1, 100 * USDC);
        if (paused) _pause();
        _withdraw(amount);
        assertEq(settlement.deposits(consumer), 100 * USDC - amount);
        assertEq(usdc.balanceOf(consumer), 900 * USDC + amount);
        assertEq(usdc.balanceOf(address(settlement)), 100 * USDC - amount);
    }
}
