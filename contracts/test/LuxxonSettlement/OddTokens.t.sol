// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Test} from "forge-std/Test.sol";
import {Vm} from "forge-std/Vm.sol";

import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {FeeOnTransferToken} from "../support/FeeOnTransferToken.sol";
import {GasHungryToken} from "../support/GasHungryToken.sol";
import {ReentrantToken} from "../support/ReentrantToken.sol";

contract FeeOnTransferTokenTest is Test {
    FeeOnTransferToken internal token;
    LuxxonSettlement internal settlement;

    function setUp() public {
        token = new FeeOnTransferToken();
        settlement = new LuxxonSettlement(IERC20(address(token)), address(this), address(this), address(1));
        token.mint(address(this), 1000);
        token.approve(address(settlement), 1000);
    }

    function test_givenFeeOnTransfer_whenDepositing_thenRevertsWithBothNumbers() public {
        vm.expectRevert(abi.encodeWithSelector(LuxxonSettlement.UnexpectedAmountReceived.selector, 1000, 990));
        settlement.deposit(1000);
        assertEq(settlement.deposits(address(this)), 0);
    }

    function test_givenFeeOnTransfer_whenDepositingWithAuthorization_thenRevertsWithBothNumbers() public {
        vm.expectRevert(abi.encodeWithSelector(LuxxonSettlement.UnexpectedAmountReceived.selector, 1000, 990));
        settlement.depositWithAuthorization(address(this), 1000, 0, type(uint256).max, bytes32(0), "");
    }

    function test_givenSelfTransfer_whenDepositingForThePool_thenReverts() public {
        token.mint(address(settlement), 100);
        vm.expectRevert(abi.encodeWithSelector(LuxxonSettlement.UnexpectedAmountReceived.selector, 100, 0));
        settlement.depositWithAuthorization(address(settlement), 100, 0, type(uint256).max, bytes32(0), "");
    }
}

contract ReentrantTokenTest is Test {
    ReentrantToken internal token;
    LuxxonSettlement internal settlement;

    /// @dev The token itself is relayer, consumer and the one that calls back: the worst it could be.
    function setUp() public {
        token = new ReentrantToken();
        settlement = new LuxxonSettlement(IERC20(address(token)), address(this), address(token), address(1));
        token.mint(address(token), 1000);
        token.mint(address(this), 1000);
        token.approve(address(settlement), 1000);
        vm.startPrank(address(token));
        token.approve(address(settlement), 1000);
        settlement.deposit(500);
        vm.stopPrank();
        settlement.deposit(500);
    }

    function _callbacks() internal view returns (bytes[] memory callbacks) {
        LuxxonSettlement.Entry[] memory entries = new LuxxonSettlement.Entry[](1);
        entries[0] = LuxxonSettlement.Entry(keccak256("inner"), address(token), address(1), 1, 1, 1, 0);
        callbacks = new bytes[](6);
        callbacks[0] = abi.encodeCall(settlement.withdraw, (500));
        callbacks[1] = abi.encodeCall(settlement.deposit, (1));
        callbacks[2] = abi.encodeCall(settlement.refund, (address(token)));
        callbacks[3] =
            abi.encodeCall(settlement.settleFromPool, (keccak256("inner"), address(token), address(1), 1, 1, 1, 0));
        callbacks[4] = abi.encodeCall(settlement.settleBatch, (entries));
        callbacks[5] = abi.encodeCall(
            settlement.depositWithAuthorization, (address(token), 1, 0, type(uint256).max, bytes32(0), "")
        );
    }

    function _outerCall(uint256 index) internal {
        if (index == 0) settlement.deposit(10);
        if (index == 1) settlement.withdraw(10);
        if (index == 2) settlement.depositWithAuthorization(address(this), 10, 0, 1 << 255, bytes32(0), "");
        if (index < 3) return;

        vm.startPrank(address(token));
        if (index == 3) settlement.refund(address(this));
        if (index == 4) settlement.settleFromPool(keccak256("outer"), address(this), address(2), 10, 1, 10, 0);
        if (index == 5) {
            LuxxonSettlement.Entry[] memory entries = new LuxxonSettlement.Entry[](1);
            entries[0] = LuxxonSettlement.Entry(keccak256("outer"), address(this), address(2), 10, 1, 10, 0);
            settlement.settleBatch(entries);
        }
        vm.stopPrank();
    }

    function test_givenReentrantToken_whenAnyFunctionMovesIt_thenNoFunctionCanBeEnteredAgain() public {
        bytes[] memory callbacks = _callbacks();
        for (uint256 outer = 0; outer < 6; ++outer) {
            for (uint256 inner = 0; inner < callbacks.length; ++inner) {
                uint256 snapshotId = vm.snapshotState();
                token.armCallback(address(settlement), callbacks[inner]);
                _outerCall(outer);
                assertFalse(token.reentered());
                assertEq(bytes4(token.reentryFailure()), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
                assertEq(
                    token.balanceOf(address(settlement)),
                    settlement.deposits(address(this)) + settlement.deposits(address(token))
                );
                vm.revertToState(snapshotId);
            }
        }
    }

    function test_givenReentrantToken_whenItCallsTheBatchesOwnFrame_thenItIsRefused() public {
        token.armCallback(
            address(settlement),
            abi.encodeCall(
                settlement.settleEntry,
                (LuxxonSettlement.Entry(keccak256("inner"), address(this), address(token), 1, 1, 1, 0))
            )
        );
        settlement.withdraw(10);
        assertEq(bytes4(token.reentryFailure()), LuxxonSettlement.NotSelf.selector);
    }
}

contract GasHungryTokenTest is Test {
    GasHungryToken internal token;
    LuxxonSettlement internal settlement;

    function setUp() public {
        token = new GasHungryToken();
        settlement = new LuxxonSettlement(IERC20(address(token)), address(this), address(this), address(1));
        token.mint(address(this), 1000);
        token.approve(address(settlement), 1000);
        settlement.deposit(1000);
    }

    /// @dev Without the contract's own check an entry would be skipped at most of these gas limits.
    function testFuzz_givenTooLittleGasForAGoodEntry_whenSettlingABatch_thenItRevertsAndSkipsNothing(uint256 gasLimit)
        public
    {
        LuxxonSettlement.Entry[] memory entries = new LuxxonSettlement.Entry[](1);
        entries[0] = LuxxonSettlement.Entry(keccak256("session"), address(this), address(2), 10, 1, 9, 1);
        gasLimit = bound(gasLimit, 100_000, 1_500_000);

        vm.recordLogs();
        (bool isDone,) = address(settlement).call{gas: gasLimit}(abi.encodeCall(settlement.settleBatch, (entries)));

        assertEq(settlement.settled(entries[0].sessionId), isDone);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            assertNotEq(logs[i].topics[0], LuxxonSettlement.SettleSkipped.selector);
        }
    }
}
