// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {SettlementRoles} from "../../src/SettlementRoles.sol";
import {SettlementTest} from "../support/SettlementTest.sol";

contract RolesTest is SettlementTest {
    address internal immutable next = makeAddr("next");

    function _notAdmin(address caller) internal view returns (bytes memory) {
        return abi.encodeWithSelector(SettlementRoles.NotAdmin.selector, caller, admin);
    }

    function test_whenConstructed_thenTheRolesAreStored() public view {
        assertEq(address(settlement.usdc()), address(usdc));
        assertEq(settlement.admin(), admin);
        assertEq(settlement.relayer(), relayer);
        assertEq(settlement.feeRecipient(), feeRecipient);
        assertEq(settlement.MAX_FEE_BPS(), 3000);
        assertFalse(settlement.paused());
    }

    function test_whenConstructedWithAZeroAddress_thenReverts() public {
        IERC20 token = IERC20(address(usdc));
        vm.expectRevert(SettlementRoles.ZeroAddress.selector);
        new LuxxonSettlement(IERC20(address(0)), admin, relayer, feeRecipient);
        vm.expectRevert(SettlementRoles.ZeroAddress.selector);
        new LuxxonSettlement(token, address(0), relayer, feeRecipient);
        vm.expectRevert(SettlementRoles.ZeroAddress.selector);
        new LuxxonSettlement(token, admin, address(0), feeRecipient);
        vm.expectRevert(SettlementRoles.ZeroAddress.selector);
        new LuxxonSettlement(token, admin, relayer, address(0));
    }

    function test_givenNamedAdmin_whenItAccepts_thenItIsAdminAndTheOldOneIsNot() public {
        vm.expectEmit(address(settlement));
        emit SettlementRoles.AdminTransferStarted(admin, next);
        vm.prank(admin);
        settlement.transferAdmin(next);
        assertEq(settlement.admin(), admin);

        vm.expectEmit(address(settlement));
        emit SettlementRoles.AdminTransferred(admin, next);
        vm.prank(next);
        settlement.acceptAdmin();
        assertEq(settlement.admin(), next);
        assertEq(settlement.pendingAdmin(), address(0));

        vm.expectRevert(abi.encodeWithSelector(SettlementRoles.NotAdmin.selector, admin, next));
        vm.prank(admin);
        settlement.pause();
    }

    function test_whenAnybodyElseAccepts_thenReverts() public {
        vm.prank(admin);
        settlement.transferAdmin(next);
        vm.expectRevert(abi.encodeWithSelector(SettlementRoles.NotPendingAdmin.selector, stranger, next));
        vm.prank(stranger);
        settlement.acceptAdmin();
    }

    function test_givenWithdrawnNomination_whenTheNamedOneAccepts_thenReverts() public {
        vm.startPrank(admin);
        settlement.transferAdmin(next);
        settlement.transferAdmin(address(0));
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(SettlementRoles.NotPendingAdmin.selector, next, address(0)));
        vm.prank(next);
        settlement.acceptAdmin();
    }

    function test_whenTheAdminReplacesTheRelayer_thenOnlyTheNewOneSettles() public {
        _deposit(1 * USDC);
        vm.expectEmit(address(settlement));
        emit SettlementRoles.RelayerSet(relayer, next);
        vm.prank(admin);
        settlement.setRelayer(next);

        _expectSettleRevert(
            _entry("session"), abi.encodeWithSelector(SettlementRoles.NotRelayer.selector, relayer, next)
        );
        vm.prank(next);
        settlement.settleFromPool(keccak256("session"), consumer, operator, 1, 1, 1, 0);
        assertEq(usdc.balanceOf(operator), 1);
    }

    function test_whenTheAdminReplacesTheFeeRecipient_thenLaterFeesGoThere() public {
        _deposit(1 * USDC);
        vm.expectEmit(address(settlement));
        emit SettlementRoles.FeeRecipientSet(feeRecipient, next);
        vm.prank(admin);
        settlement.setFeeRecipient(next);

        _settle(_entry("session"));
        assertEq(usdc.balanceOf(next), 750);
        assertEq(usdc.balanceOf(feeRecipient), 0);
    }

    function test_whenARoleIsSetToAnImpossibleAddress_thenReverts() public {
        vm.startPrank(admin);
        vm.expectRevert(SettlementRoles.ZeroAddress.selector);
        settlement.setRelayer(address(0));
        vm.expectRevert(SettlementRoles.ZeroAddress.selector);
        settlement.setFeeRecipient(address(0));
        vm.expectRevert(abi.encodeWithSelector(SettlementRoles.InvalidRecipient.selector, address(settlement)));
        settlement.setFeeRecipient(address(settlement));
    }

    function test_whenTheAdminPausesAndUnpauses_thenEventsNameIt() public {
        vm.startPrank(admin);
        vm.expectEmit(address(settlement));
        emit Pausable.Paused(admin);
        settlement.pause();
        vm.expectEmit(address(settlement));
        emit Pausable.Unpaused(admin);
        settlement.unpause();
    }

    function testFuzz_whenAnybodyButTheAdminUsesItsFunctions_thenReverts(address caller) public {
        vm.assume(caller != admin);
        vm.startPrank(caller);
        vm.expectRevert(_notAdmin(caller));
        settlement.pause();
        vm.expectRevert(_notAdmin(caller));
        settlement.unpause();
        vm.expectRevert(_notAdmin(caller));
        settlement.setRelayer(caller);
        vm.expectRevert(_notAdmin(caller));
        settlement.setFeeRecipient(caller);
        vm.expectRevert(_notAdmin(caller));
        settlement.transferAdmin(caller);
    }
}
