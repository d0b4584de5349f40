// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {SettlementTest} from "../support/SettlementTest.sol";

contract DepositTest is SettlementTest {
    function test_givenAllowance_whenDepositing_thenCallerIsCreditedAndEventCarriesTheNewBalance() public {
        _deposit(40 * USDC);

        vm.expectEmit(address(settlement));
        emit LuxxonSettlement.Deposited(consumer, 60 * USDC, 100 * USDC);
        _deposit(60 * USDC);

        assertEq(settlement.deposits(consumer), 100 * USDC);
        assertEq(usdc.balanceOf(address(settlement)), 100 * USDC);
        assertEq(usdc.balanceOf(consumer), 900 * USDC);
    }

    function test_givenPaused_whenDepositing_thenReverts() public {
        _pause();
        vm.expectRevert(Pausable.EnforcedPause.selector);
        _deposit(1);
    }

    function test_givenUnpaused_whenDepositing_thenCredits() public {
        _pause();
        vm.prank(admin);
        settlement.unpause();
        _deposit(1);
        assertEq(settlement.deposits(consumer), 1);
    }

    function test_whenDepositingZero_thenReverts() public {
        vm.expectRevert(LuxxonSettlement.ZeroAmount.selector);
        _deposit(0);
    }

    function test_givenTooLittleAllowance_whenDepositing_thenRevertsWithTheTokensReason() public {
        vm.prank(consumer);
        usdc.approve(address(settlement), 9);
        vm.expectRevert("ERC20: transfer amount exceeds allowance");
        _deposit(10);
    }

    function test_givenTooLittleBalance_whenDepositing_thenRevertsWithTheTokensReason() public {
        vm.expectRevert("ERC20: transfer amount exceeds balance");
        _deposit(1000 * USDC + 1);
    }

    function test_givenBlockedConsumer_whenDepositing_thenRevertsWithTheTokensReason() public {
        usdc.blacklist(consumer);
        vm.expectRevert("Blacklistable: account is blacklisted");
        _deposit(1);
    }

    function test_whenUsdcIsSentWithoutDepositing_thenNobodyIsCredited() public {
        vm.prank(consumer);
        usdc.transfer(address(settlement), 5);
        assertEq(settlement.deposits(consumer), 0);
    }

    function testFuzz_whenDepositing_thenCreditEqualsWhatArrived(uint256 first, uint256 second) public {
        first = bound(first, 1, 1000 * USDC - 1);
        second = bound(second, 1, 1000 * USDC - first);
        _deposit(first);
        _deposit(second);
        assertEq(settlement.deposits(consumer), first + second);
        assertEq(usdc.balanceOf(address(settlement)), first + second);
    }
}
