// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {SettlementRoles} from "../../src/SettlementRoles.sol";
import {SettlementTest} from "../support/SettlementTest.sol";

contract RefundTest is SettlementTest {
    function setUp() public override {
        super.setUp();
        _deposit(100 * USDC);
    }

    function test_givenDeposit_whenTheRelayerRefunds_thenTheConsumerReceivesAllOfIt() public {
        vm.expectEmit(address(settlement));
        emit LuxxonSettlement.Refunded(consumer, 100 * USDC);
        vm.prank(relayer);
        settlement.refund(consumer);

        assertEq(settlement.deposits(consumer), 0);
        assertEq(usdc.balanceOf(consumer), 1000 * USDC);
        assertEq(usdc.balanceOf(relayer), 0);
    }

    function test_givenPaused_whenTheRelayerRefunds_thenTheConsumerReceivesAllOfIt() public {
        _pause();
        vm.prank(relayer);
        settlement.refund(consumer);
        assertEq(usdc.balanceOf(consumer), 1000 * USDC);
    }

    function test_givenRefunded_whenRefundingAgain_thenReverts() public {
        vm.startPrank(relayer);
        settlement.refund(consumer);
        vm.expectRevert(LuxxonSettlement.ZeroAmount.selector);
        settlement.refund(consumer);
    }

    function test_whenAnybodyElseRefunds_thenReverts() public {
        address[3] memory others = [admin, consumer, stranger];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(SettlementRoles.NotRelayer.selector, others[i], relayer));
            vm.prank(others[i]);
            settlement.refund(consumer);
        }
    }
}
