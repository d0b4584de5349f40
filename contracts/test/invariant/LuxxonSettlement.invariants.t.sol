// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "forge-std/Test.sol";

import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {FiatTokenLocal} from "../../src/local/FiatTokenLocal.sol";
import {SettlementHandler} from "./SettlementHandler.sol";
import {StateReplay} from "./StateReplay.sol";

/// @notice What holds after any sequence of actions; in words in contracts/docs/Invariants.md. Rules about single events
///         (settled once, meter, fee bound, guard, pause) are checked by the replay after each action.
contract LuxxonSettlementInvariants is Test {
    FiatTokenLocal internal usdc;
    LuxxonSettlement internal settlement;
    SettlementHandler internal handler;
    StateReplay internal replay;

    function setUp() public {
        vm.warp(20_000 days);
        usdc = new FiatTokenLocal("USD Coin", address(this));
        vm.recordLogs();
        settlement =
            new LuxxonSettlement(IERC20(address(usdc)), makeAddr("admin"), makeAddr("relayer"), makeAddr("fees"));
        replay = new StateReplay(address(settlement));
        replay.replay(vm.getRecordedLogs(), block.timestamp);
        handler = new SettlementHandler(settlement, usdc, replay);
        usdc.configureMinter(address(handler), type(uint256).max);
        targetContract(address(handler));
    }

    /// @dev An invariant that no action can reach proves nothing.
    function test_actionsSettleSessionsAndMeetRefusals() public {
        for (uint256 seed = 0; seed < 40; ++seed) {
            uint256 random = uint256(keccak256(abi.encode(seed)));
            handler.deposit(random, type(uint256).max - seed);
            handler.setGuard(random, seed % 3 == 0, 2e6, 500e6, 2000e6);
            handler.setOperator(random, random >> 8, true);
            uint256[6] memory rates = [random % 1e6, random % 1e5, random % 1e4, 1000, 0, 500];
            handler.settleBatch(random, rates, 95 + seed % 8, 3000);
        }
        assertGt(replay.sessionsSettled(), 50);
        assertGt(replay.sessionsSkipped(), 50);
        assertGt(replay.totalSettled(), 0);
        invariant_poolHoldsExactlyDepositsAndDonations();
        invariant_stateIsWhatTheEventsSay();
    }

    function invariant_poolHoldsAtLeastWhatItOwes() public view {
        assertGe(usdc.balanceOf(address(settlement)), _sumOfDeposits());
    }

    function invariant_poolHoldsExactlyDepositsAndDonations() public view {
        assertEq(usdc.balanceOf(address(settlement)), _sumOfDeposits() + handler.totalDonated());
    }

    function invariant_whatCameInIsWithdrawnSettledOrStillThere() public view {
        assertEq(replay.totalDeposited(), replay.totalWithdrawn() + replay.totalSettled() + _sumOfDeposits());
    }

    function invariant_everyDepositCanBeWithdrawnInFullAtAnyTime() public {
        for (uint256 i = 0; i < handler.consumersLength(); ++i) {
            address consumer = handler.consumers(i);
            uint256 amount = settlement.deposits(consumer);
            if (amount == 0) continue;
            uint256 walletBefore = usdc.balanceOf(consumer);
            vm.prank(consumer);
            settlement.withdraw(amount);
            assertEq(usdc.balanceOf(consumer), walletBefore + amount);
            assertEq(settlement.deposits(consumer), 0);
        }
    }

    function invariant_everyDepositCanBeRefundedAtAnyTime() public {
        for (uint256 i = 0; i < handler.consumersLength(); ++i) {
            address consumer = handler.consumers(i);
            uint256 amount = settlement.deposits(consumer);
            if (amount == 0) continue;
            uint256 walletBefore = usdc.balanceOf(consumer);
            vm.prank(settlement.relayer());
            settlement.refund(consumer);
            assertEq(usdc.balanceOf(consumer), walletBefore + amount);
        }
    }

    function invariant_stateIsWhatTheEventsSay() public view {
        assertEq(replay.admin(), settlement.admin());
        assertEq(replay.pendingAdmin(), settlement.pendingAdmin());
        assertEq(replay.relayer(), settlement.relayer());
        assertEq(replay.feeRecipient(), settlement.feeRecipient());
        assertEq(replay.paused(), settlement.paused());
        for (uint256 i = 0; i < handler.sessionIdsLength(); ++i) {
            bytes32 sessionId = handler.sessionIds(i);
            assertEq(replay.settled(sessionId), settlement.settled(sessionId));
        }
        for (uint256 i = 0; i < handler.consumersLength(); ++i) {
            _assertConsumerReplayed(handler.consumers(i));
        }
    }

    function _assertConsumerReplayed(address consumer) internal view {
        assertEq(replay.deposits(consumer), settlement.deposits(consumer));
        assertEq(_guardHash(consumer), _replayedGuardHash(consumer));
        (uint256 day, uint256 spent) = settlement.dayUse(consumer);
        (uint256 replayedDay, uint256 replayedSpent) = replay.dayUse(consumer);
        assertEq(replayedDay, day);
        assertEq(replayedSpent, spent);
        for (uint256 i = 0; i < handler.operatorsLength(); ++i) {
            address operator = handler.operators(i);
            assertEq(replay.operators(consumer, operator), settlement.operators(consumer, operator));
        }
    }

    function _guardHash(address consumer) internal view returns (bytes32) {
        (bool enabled, uint256 rate, uint256 perSession, uint256 perDay) = settlement.guards(consumer);
        return keccak256(abi.encode(enabled, rate, perSession, perDay));
    }

    function _replayedGuardHash(address consumer) internal view returns (bytes32) {
        (bool enabled, uint256 rate, uint256 perSession, uint256 perDay) = replay.guards(consumer);
        return keccak256(abi.encode(enabled, rate, perSession, perDay));
    }

    function _sumOfDeposits() internal view returns (uint256 sum) {
        for (uint256 i = 0; i < handler.consumersLength(); ++i) {
            sum += settlement.deposits(handler.consumers(i));
        }
    }
}
