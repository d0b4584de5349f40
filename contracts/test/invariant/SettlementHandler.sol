// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {CommonBase} from "forge-std/Base.sol";
import {StdUtils} from "forge-std/StdUtils.sol";

import {ConsumerGuard} from "../../src/ConsumerGuard.sol";
import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {FiatTokenLocal} from "../../src/local/FiatTokenLocal.sol";
import {Authorization, signAuthorization} from "../support/Authorizations.sol";
import {StateReplay} from "./StateReplay.sol";

/// @notice Everything that may be done to a settlement, by whom it may be done. What must be refused is done too, and the
///         handler reverts if it is not refused for the expected reason.
contract SettlementHandler is CommonBase, StdUtils {
    uint256 private constant _USDC = 1e6;

    LuxxonSettlement public immutable settlement;
    FiatTokenLocal public immutable usdc;
    StateReplay public immutable replay;

    address[] public consumers;
    address[] public operators;
    bytes32[] public sessionIds;

    /// @notice USDC sent to the pool without a deposit.
    uint256 public totalDonated;

    uint256[] private _consumerKeys;
    uint256 private _nonce;

    /// @dev Replays what the action emitted, at the action's own time.
    modifier replayed() {
        vm.recordLogs();
        _;
        replay.replay(vm.getRecordedLogs(), block.timestamp);
    }

    constructor(LuxxonSettlement settlement_, FiatTokenLocal usdc_, StateReplay replay_) {
        (settlement, usdc, replay) = (settlement_, usdc_, replay_);
        for (uint256 i = 1; i <= 4; ++i) {
            consumers.push(vm.addr(i));
            _consumerKeys.push(i);
            operators.push(vm.addr(100 + i));
        }
        // Somebody who is both: pays sessions and is paid for others.
        operators.push(consumers[0]);
    }

    function deposit(uint256 seed, uint256 amount) external replayed {
        address consumer = consumers[seed % consumers.length];
        amount = _mint(consumer, amount);
        vm.startPrank(consumer);
        usdc.approve(address(settlement), amount);
        if (settlement.paused()) vm.expectRevert(Pausable.EnforcedPause.selector);
        settlement.deposit(amount);
        vm.stopPrank();
    }

    function depositWithAuthorization(uint256 seed, uint256 amount) external replayed {
        uint256 index = seed % consumers.length;
        amount = _mint(consumers[index], amount);
        bytes32 nonce = bytes32(++_nonce);
        bytes memory signature = signAuthorization(
            vm,
            usdc,
            _consumerKeys[index],
            usdc.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(),
            Authorization(consumers[index], address(settlement), amount, 0, type(uint256).max, nonce)
        );
        if (settlement.paused()) vm.expectRevert(Pausable.EnforcedPause.selector);
        settlement.depositWithAuthorization(consumers[index], amount, 0, type(uint256).max, nonce, signature);
    }

    function withdraw(uint256 seed, uint256 amount) external replayed {
        address consumer = consumers[seed % consumers.length];
        uint256 available = settlement.deposits(consumer);
        if (available == 0) return;
        vm.prank(consumer);
        settlement.withdraw(bound(amount, 1, available));
    }

    function withdrawTooMuch(uint256 seed, uint256 excess) external replayed {
        address consumer = consumers[seed % consumers.length];
        uint256 available = settlement.deposits(consumer);
        uint256 amount = available + bound(excess, 1, 1000 * _USDC);
        vm.expectRevert(abi.encodeWithSelector(LuxxonSettlement.InsufficientDeposit.selector, amount, available));
        vm.prank(consumer);
        settlement.withdraw(amount);
    }

    function refund(uint256 seed) external replayed {
        address consumer = consumers[seed % consumers.length];
        if (settlement.deposits(consumer) == 0) return;
        vm.prank(settlement.relayer());
        settlement.refund(consumer);
    }

    function settle(uint256 seed, uint256 rate, uint256 duration, uint256 toShare, uint256 fee) external replayed {
        LuxxonSettlement.Entry memory entry = _buildEntry(seed, rate, duration, toShare, fee);
        bytes4 refusal = settlement.paused() ? Pausable.EnforcedPause.selector : _findRefusal(entry);
        _settle(entry, refusal);
    }

    function settleAgain(uint256 seed) external replayed {
        if (sessionIds.length == 0 || settlement.paused()) return;
        LuxxonSettlement.Entry memory entry = _buildEntry(seed, 1, 1, 1, 0);
        entry.sessionId = sessionIds[seed % sessionIds.length];
        if (!settlement.settled(entry.sessionId)) return;
        _settle(entry, LuxxonSettlement.AlreadySettled.selector);
    }

    function settleBatch(uint256 seed, uint256[6] calldata rates, uint256 toShare, uint256 fee) external replayed {
        LuxxonSettlement.Entry[] memory entries = new LuxxonSettlement.Entry[](rates.length);
        for (uint256 i = 0; i < rates.length; ++i) {
            uint256 entrySeed = uint256(keccak256(abi.encode(seed, i)));
            entries[i] = _buildEntry(entrySeed, rates[i], entrySeed >> 32, toShare, fee);
        }
        // The same session twice in one batch.
        entries[5].sessionId = entries[4].sessionId;

        address relayer = settlement.relayer();
        if (settlement.paused()) vm.expectRevert(Pausable.EnforcedPause.selector);
        vm.prank(relayer);
        settlement.settleBatch(entries);
    }

    function setGuard(uint256 seed, bool enabled, uint256 rate, uint256 perSession, uint256 perDay) external replayed {
        vm.prank(consumers[seed % consumers.length]);
        settlement.setGuard(
            enabled, bound(rate, 0, 2 * _USDC), bound(perSession, 0, 500 * _USDC), bound(perDay, 0, 2000 * _USDC)
        );
    }

    function setOperator(uint256 seed, uint256 operatorSeed, bool allowed) external replayed {
        vm.prank(consumers[seed % consumers.length]);
        settlement.setOperator(operators[operatorSeed % operators.length], allowed);
    }

    /// @dev Paused for a quarter of the time, so that most settlements meet a rule of their own.
    function togglePause(uint256 seed) external replayed {
        bool isPaused = settlement.paused();
        if (isPaused == (seed % 4 == 0)) return;
        vm.prank(settlement.admin());
        if (isPaused) settlement.unpause();
        else settlement.pause();
    }

    function setRelayer(uint256 seed) external replayed {
        vm.prank(settlement.admin());
        settlement.setRelayer(vm.addr(200 + seed % 3));
    }

    function setFeeRecipient(uint256 seed) external replayed {
        vm.prank(settlement.admin());
        settlement.setFeeRecipient(vm.addr(300 + seed % 3));
    }

    function transferAdmin(uint256 seed) external replayed {
        vm.prank(settlement.admin());
        settlement.transferAdmin(vm.addr(400 + seed % 3));
    }

    function acceptAdmin() external replayed {
        address next = settlement.pendingAdmin();
        if (next == address(0)) return;
        vm.prank(next);
        settlement.acceptAdmin();
    }

    function donate(uint256 amount) external {
        amount = _mint(address(this), amount);
        usdc.transfer(address(settlement), amount);
        totalDonated += amount;
    }

    function passTime(uint256 duration) external {
        vm.warp(block.timestamp + bound(duration, 1, 1 days));
    }

    function consumersLength() external view returns (uint256) {
        return consumers.length;
    }

    function operatorsLength() external view returns (uint256) {
        return operators.length;
    }

    function sessionIdsLength() external view returns (uint256) {
        return sessionIds.length;
    }

    /// @dev `refusal` is the expected error, zero when there must be none.
    function _settle(LuxxonSettlement.Entry memory entry, bytes4 refusal) private {
        vm.startPrank(settlement.relayer());
        if (refusal != 0) vm.expectPartialRevert(refusal);
        settlement.settleFromPool(
            entry.sessionId,
            entry.from,
            entry.to,
            entry.ratePerSecond,
            entry.chargeableSeconds,
            entry.toAmount,
            entry.feeAmount
        );
        vm.stopPrank();
    }

    /// @dev Mostly valid: the charge may exceed meter, deposit and guard, and the fee its bound, each by chance.
    function _buildEntry(uint256 seed, uint256 rate, uint256 duration, uint256 toShare, uint256 fee)
        private
        returns (LuxxonSettlement.Entry memory entry)
    {
        entry.sessionId = keccak256(abi.encode("session", sessionIds.length));
        sessionIds.push(entry.sessionId);
        entry.from = consumers[seed % consumers.length];
        entry.to = operators[(seed >> 8) % operators.length];
        entry.ratePerSecond = bound(rate, 0, 2 * _USDC);
        entry.chargeableSeconds = bound(duration, 0, 600);
        uint256 charged = entry.ratePerSecond * entry.chargeableSeconds * bound(toShare, 0, 105) / 100;
        entry.feeAmount = charged * bound(fee, 0, 3200) / 10_000;
        entry.toAmount = charged - entry.feeAmount;
    }

    /// @dev The contract's rules stated a second time, from the documentation and not from the code.
    function _findRefusal(LuxxonSettlement.Entry memory entry) private view returns (bytes4) {
        uint256 charged = entry.toAmount + entry.feeAmount;
        if (charged > entry.ratePerSecond * entry.chargeableSeconds) return LuxxonSettlement.MeterExceeded.selector;
        if (entry.feeAmount * 10_000 > charged * 3000) return LuxxonSettlement.FeeTooHigh.selector;
        (bool enabled, uint256 maxRatePerSecond, uint256 maxPerSession, uint256 maxPerDay) =
            settlement.guards(entry.from);
        bool isWithinGuard = settlement.operators(entry.from, entry.to) && entry.ratePerSecond <= maxRatePerSecond
            && charged <= maxPerSession && settlement.spentToday(entry.from) + charged <= maxPerDay;
        if (enabled && !isWithinGuard) return ConsumerGuard.GuardViolated.selector;
        if (charged > settlement.deposits(entry.from)) return LuxxonSettlement.InsufficientDeposit.selector;
        return 0;
    }

    function _mint(address to, uint256 amount) private returns (uint256) {
        amount = bound(amount, 1, 1000 * _USDC);
        usdc.mint(to, amount);
        return amount;
    }
}
