// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {stdError} from "forge-std/StdError.sol";

import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {SettlementRoles} from "../../src/SettlementRoles.sol";
import {SettlementTest} from "../support/SettlementTest.sol";

contract SettleBatchTest is SettlementTest {
    function setUp() public override {
        super.setUp();
        _deposit(100 * USDC);
    }

    function _entries(uint256 length) internal view returns (LuxxonSettlement.Entry[] memory entries) {
        entries = new LuxxonSettlement.Entry[](length);
        for (uint256 i = 0; i < length; ++i) {
            entries[i] = _entry(vm.toString(i));
        }
    }

    function _settleBatch(LuxxonSettlement.Entry[] memory entries) internal {
        vm.prank(relayer);
        settlement.settleBatch(entries);
    }

    function test_givenHundredEntries_whenSettling_thenAllAreSettled() public {
        _settleBatch(_entries(100));
        assertTrue(settlement.settled(keccak256("0")));
        assertTrue(settlement.settled(keccak256("99")));
        assertEq(usdc.balanceOf(operator), 425_000);
        assertEq(usdc.balanceOf(feeRecipient), 75_000);
        assertEq(settlement.deposits(consumer), 100 * USDC - 500_000);
    }

    function test_givenHundredAndOneEntries_whenSettling_thenRevertsWithBothNumbers() public {
        LuxxonSettlement.Entry[] memory entries = _entries(101);
        vm.expectRevert(abi.encodeWithSelector(LuxxonSettlement.BatchTooLarge.selector, 101, 100));
        _settleBatch(entries);
    }

    function test_givenNoEntries_whenSettling_thenReverts() public {
        vm.expectRevert(LuxxonSettlement.EmptyBatch.selector);
        _settleBatch(_entries(0));
    }

    function test_givenBadEntries_whenSettling_thenEachIsSkippedWithItsReasonAndTheRestIsSettled() public {
        LuxxonSettlement.Entry[] memory entries = _entries(6);
        entries[1].toAmount += 1;
        entries[2].sessionId = entries[0].sessionId;
        entries[3].from = stranger;
        entries[4].ratePerSecond = type(uint256).max;

        _expectSkipped(entries[1], abi.encodeWithSelector(LuxxonSettlement.MeterExceeded.selector, 5001, 5000));
        _expectSkipped(
            entries[2], abi.encodeWithSelector(LuxxonSettlement.AlreadySettled.selector, entries[0].sessionId)
        );
        _expectSkipped(entries[3], abi.encodeWithSelector(LuxxonSettlement.InsufficientDeposit.selector, 5000, 0));
        _expectSkipped(entries[4], stdError.arithmeticError);
        _settleBatch(entries);

        assertTrue(settlement.settled(entries[0].sessionId));
        assertFalse(settlement.settled(entries[1].sessionId));
        assertFalse(settlement.settled(entries[3].sessionId));
        assertFalse(settlement.settled(entries[4].sessionId));
        assertTrue(settlement.settled(entries[5].sessionId));
        assertEq(usdc.balanceOf(operator), 2 * 4250);
        assertEq(settlement.deposits(consumer), 100 * USDC - 2 * 5000);
    }

    /// @dev The operator's transfer succeeds and the fee's does not: the skipped entry must take the first back.
    function test_givenFeeRecipientBlockedByCircle_whenSettling_thenTheOperatorsTransferIsUndoneToo() public {
        usdc.blacklist(feeRecipient);
        LuxxonSettlement.Entry[] memory entries = _entries(2);
        (entries[1].toAmount, entries[1].feeAmount) = (5000, 0);

        _expectSkipped(entries[0], abi.encodeWithSignature("Error(string)", "Blacklistable: account is blacklisted"));
        _settleBatch(entries);

        assertFalse(settlement.settled(entries[0].sessionId));
        assertEq(usdc.balanceOf(operator), 5000);
        assertEq(settlement.deposits(consumer), 100 * USDC - 5000);
    }

    function test_givenOneBlockedOperator_whenSettling_thenTheOthersArePaid() public {
        usdc.blacklist(operator);
        LuxxonSettlement.Entry[] memory entries = _entries(2);
        entries[1].to = stranger;
        _settleBatch(entries);
        assertEq(usdc.balanceOf(stranger), 4250);
        assertFalse(settlement.settled(entries[0].sessionId));
    }

    function test_givenDepositForOneOnly_whenSettlingTwo_thenTheSecondIsSkipped() public {
        vm.prank(consumer);
        settlement.withdraw(100 * USDC - 5000);
        LuxxonSettlement.Entry[] memory entries = _entries(2);
        _expectSkipped(entries[1], abi.encodeWithSelector(LuxxonSettlement.InsufficientDeposit.selector, 5000, 0));
        _settleBatch(entries);
        assertEq(settlement.deposits(consumer), 0);
    }

    /// @dev Whatever the gas limit, a good entry is settled or the batch reverts: it is never skipped for want of gas.
    function testFuzz_givenAnyGasLimit_whenSettling_thenNoGoodEntryIsSkipped(uint256 gasLimit) public {
        LuxxonSettlement.Entry[] memory entries = _entries(3);
        gasLimit = bound(gasLimit, 40_000, 500_000);

        vm.prank(relayer);
        (bool isDone,) = address(settlement).call{gas: gasLimit}(abi.encodeCall(settlement.settleBatch, (entries)));

        for (uint256 i = 0; i < entries.length; ++i) {
            assertEq(settlement.settled(entries[i].sessionId), isDone);
        }
    }

    function test_givenPaused_whenSettling_thenReverts() public {
        _pause();
        vm.expectRevert(Pausable.EnforcedPause.selector);
        _settleBatch(_entries(1));
    }

    function test_whenAnybodyElseSettles_thenReverts() public {
        vm.expectRevert(abi.encodeWithSelector(SettlementRoles.NotRelayer.selector, stranger, relayer));
        vm.prank(stranger);
        settlement.settleBatch(_entries(1));
    }

    function test_whenAnEntryIsSettledFromOutside_thenRevertsForTheRelayerToo() public {
        vm.expectRevert(abi.encodeWithSelector(LuxxonSettlement.NotSelf.selector, relayer));
        vm.prank(relayer);
        settlement.settleEntry(_entry("session"));
    }

    function _expectSkipped(LuxxonSettlement.Entry memory entry, bytes memory reason) internal {
        vm.expectEmit(address(settlement));
        emit LuxxonSettlement.SettleSkipped(entry.sessionId, reason);
    }
}
