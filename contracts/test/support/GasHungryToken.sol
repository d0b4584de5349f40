// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Uses about half a million gas a transfer, so that what a failed call leaves behind is enough to go on with.
contract GasHungryToken is ERC20("Gas hungry", "GAS") {
    uint256 private constant _GAS_PER_TRANSFER = 500_000;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 value) internal override {
        uint256 gasAtStart = gasleft();
        super._update(from, to, value);
        if (from == address(0)) return;
        // Not enough gas to burn counts as running out of it, as any loop would.
        while (gasAtStart - gasleft() < _GAS_PER_TRANSFER) {}
    }
}
