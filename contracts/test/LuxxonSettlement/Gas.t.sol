// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {SettlementTest} from "../support/SettlementTest.sol";

/// @notice One call of each flow, for contracts/.gas-snapshot. All inputs are fixed; accounts that are paid exist already.
contract GasTest is SettlementTest {
    bytes internal authorization;

    function setUp() public virtual override {
        super.setUp();
        _deposit(100 * USDC);
        usdc.mint(operator, 1);
        usdc.mint(feeRecipient, 1);
        authorization = _signDeposit(10 * USDC, bytes32(uint256(1)));
        vm.prank(consumer);
        settlement.setOperator(operator, true);
    }

    function _entries(uint256 length) internal view returns (LuxxonSettlement.Entry[] memory entries) {
        entries = new LuxxonSettlement.Entry[](length);
        for (uint256 i = 0; i < length; ++i) {
            entries[i] = _entry(vm.toString(i));
        }
    }

    function test_gas_deposit() public {
        _deposit(10 * USDC);
    }

    function test_gas_depositWithAuthorization() public {
        settlement.depositWithAuthorization(
            consumer, 10 * USDC, 0, block.timestamp + 1 hours, bytes32(uint256(1)), authorization
        );
    }

    function test_gas_withdraw() public {
        vm.prank(consumer);
        settlement.withdraw(10 * USDC);
    }

    function test_gas_refund() public {
        vm.prank(relayer);
        settlement.refund(consumer);
    }

    function test_gas_settleFromPool() public {
        _settle(_entry("session"));
    }

    function test_gas_setGuard() public {
        vm.prank(consumer);
        settlement.setGuard(true, 1000, 5000, 100 * USDC);
    }

    function test_gas_settleBatchOf1() public {
        _settleBatch(1);
    }

    function test_gas_settleBatchOf10() public {
        _settleBatch(10);
    }

    function test_gas_settleBatchOf100() public {
        _settleBatch(100);
    }

    function _settleBatch(uint256 length) internal {
        LuxxonSettlement.Entry[] memory entries = _entries(length);
        vm.prank(relayer);
        settlement.settleBatch(entries);
    }
}

contract GuardedGasTest is GasTest {
    function setUp() public override {
        super.setUp();
        vm.prank(consumer);
        settlement.setGuard(true, 1000, 5000, 100 * USDC);
        _settle(_entry("earlier on the same day"));
    }
}
