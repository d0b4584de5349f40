// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Vm} from "forge-std/Vm.sol";

import {ConsumerGuard} from "../../src/ConsumerGuard.sol";
import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {SettlementRoles} from "../../src/SettlementRoles.sol";

/// @notice Rebuilds the settlement's whole state from its logs and block times alone, as an indexer would, and refuses logs
///         that break a rule of the contract.
contract StateReplay {
    struct Guard {
        bool enabled;
        uint256 maxRatePerSecond;
        uint256 maxPerSession;
        uint256 maxPerDay;
    }

    struct DayUse {
        uint256 day;
        uint256 spent;
    }

    mapping(address consumer => uint256 amount) public deposits;
    mapping(bytes32 sessionId => bool isSettled) public settled;
    mapping(address consumer => Guard guard) public guards;
    mapping(address consumer => mapping(address operator => bool allowed)) public operators;
    mapping(address consumer => DayUse use) public dayUse;
    address public admin;
    address public pendingAdmin;
    address public relayer;
    address public feeRecipient;
    bool public paused;

    uint256 public totalDeposited;
    uint256 public totalWithdrawn;
    uint256 public totalSettled;
    uint256 public sessionsSettled;
    uint256 public sessionsSkipped;

    address private immutable _settlement;

    constructor(address settlement) {
        _settlement = settlement;
    }

    /// @param logs The logs of one transaction or more of the block at `timestamp`, in order.
    /// @param timestamp Unix seconds.
    function replay(Vm.Log[] calldata logs, uint256 timestamp) external {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == _settlement) _replay(logs[i], timestamp);
        }
    }

    function _replay(Vm.Log calldata log, uint256 timestamp) private {
        bytes32 topic = log.topics[0];
        if (topic == LuxxonSettlement.Deposited.selector) return _replayDeposited(log);
        if (topic == LuxxonSettlement.Withdrawn.selector) return _replayWithdrawn(log);
        if (topic == LuxxonSettlement.Refunded.selector) return _replayRefunded(log);
        if (topic == LuxxonSettlement.Settled.selector) return _replaySettled(log, timestamp);
        if (topic == LuxxonSettlement.SettleSkipped.selector) {
            ++sessionsSkipped;
            return;
        }
        if (topic == ConsumerGuard.GuardSet.selector) {
            guards[_address(log.topics[1])] = abi.decode(log.data, (Guard));
            return;
        }
        if (topic == ConsumerGuard.OperatorSet.selector) {
            operators[_address(log.topics[1])][_address(log.topics[2])] = abi.decode(log.data, (bool));
            return;
        }
        _replayRole(log);
    }

    function _replayRole(Vm.Log calldata log) private {
        bytes32 topic = log.topics[0];
        if (topic == SettlementRoles.RelayerSet.selector) {
            require(relayer == _address(log.topics[1]), "previous relayer differs");
            relayer = _address(log.topics[2]);
        } else if (topic == SettlementRoles.FeeRecipientSet.selector) {
            require(feeRecipient == _address(log.topics[1]), "previous fee recipient differs");
            feeRecipient = _address(log.topics[2]);
        } else if (topic == SettlementRoles.AdminTransferStarted.selector) {
            pendingAdmin = _address(log.topics[2]);
        } else if (topic == SettlementRoles.AdminTransferred.selector) {
            require(admin == _address(log.topics[1]), "previous admin differs");
            admin = _address(log.topics[2]);
            pendingAdmin = address(0);
        } else if (topic == Pausable.Paused.selector) {
            paused = true;
        } else if (topic == Pausable.Unpaused.selector) {
            paused = false;
        } else {
            revert("an event that the replay does not know");
        }
    }

    function _replayDeposited(Vm.Log calldata log) private {
        (uint256 amount, uint256 balance) = abi.decode(log.data, (uint256, uint256));
        address account = _address(log.topics[1]);
        require(!paused, "deposited while paused");
        deposits[account] += amount;
        totalDeposited += amount;
        require(deposits[account] == balance, "Deposited carries another balance");
    }

    function _replayWithdrawn(Vm.Log calldata log) private {
        (uint256 amount, uint256 balance) = abi.decode(log.data, (uint256, uint256));
        address account = _address(log.topics[1]);
        deposits[account] -= amount;
        totalWithdrawn += amount;
        require(deposits[account] == balance, "Withdrawn carries another balance");
    }

    function _replayRefunded(Vm.Log calldata log) private {
        address account = _address(log.topics[1]);
        uint256 amount = abi.decode(log.data, (uint256));
        deposits[account] -= amount;
        totalWithdrawn += amount;
        require(deposits[account] == 0, "refunded in part");
    }

    function _replaySettled(Vm.Log calldata log, uint256 timestamp) private {
        (uint256 toAmount, uint256 feeAmount, uint256 ratePerSecond, uint256 chargeableSeconds) =
            abi.decode(log.data, (uint256, uint256, uint256, uint256));
        address consumer = _address(log.topics[2]);
        uint256 charged = toAmount + feeAmount;

        require(!paused, "settled while paused");
        require(!settled[log.topics[1]], "a session was settled twice");
        require(charged <= ratePerSecond * chargeableSeconds, "operator and fee exceed rate times seconds");
        require(feeAmount * 10_000 <= charged * 3000, "fee exceeds its bound");

        settled[log.topics[1]] = true;
        deposits[consumer] -= charged;
        totalSettled += charged;
        ++sessionsSettled;
        _replayGuard(consumer, _address(log.topics[3]), ratePerSecond, charged, timestamp / 1 days);
    }

    function _replayGuard(address consumer, address operator, uint256 ratePerSecond, uint256 charged, uint256 day)
        private
    {
        Guard memory guard = guards[consumer];
        if (!guard.enabled) return;
        DayUse storage use = dayUse[consumer];
        use.spent = use.day == day ? use.spent + charged : charged;
        use.day = day;

        require(operators[consumer][operator], "an unlisted operator was paid");
        require(ratePerSecond <= guard.maxRatePerSecond, "the guard's rate was exceeded");
        require(charged <= guard.maxPerSession, "the guard's session limit was exceeded");
        require(use.spent <= guard.maxPerDay, "the guard's day limit was exceeded");
    }

    function _address(bytes32 topic) private pure returns (address) {
        return address(uint160(uint256(topic)));
    }
}
