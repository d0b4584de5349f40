// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Calls back during each transfer, as an ERC-777 token would, and keeps what came of it.
contract ReentrantToken is ERC20("Reentrant", "RE") {
    address private _target;
    bytes private _callback;

    bool public reentered;
    bytes public reentryFailure;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function armCallback(address target, bytes calldata callback) external {
        _target = target;
        _callback = callback;
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256,
        uint256,
        bytes32,
        bytes calldata
    ) external {
        _transfer(from, to, value);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (_target == address(0)) return;
        (reentered, reentryFailure) = _target.call(_callback);
    }
}
