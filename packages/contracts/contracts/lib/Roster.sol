// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev Has these bytes for its code. Those of a roster begin with a zero, an instruction to stop: nobody can run them.
contract RosterCode {
    constructor(bytes memory content) {
        assembly ("memory-safe") {
            return(add(content, 32), mload(content))
        }
    }
}

/// @notice A configuration of the committee, kept as the code of a contract of its own, which never changes: a tenth of the price of
/// storage to read, and nothing to send along with each commit.
/// @dev A zero byte, the configuration's hash (32 bytes), `faults` (1), `attestations` (1), `nonce` (4), then the members' accounts (20
/// each) and then their Ed25519 public keys (32 each).
library Rosters {
    uint256 internal constant OPERATOR_BYTES = 20;
    uint256 internal constant NODE_ID_BYTES = 32;
    uint256 private constant HEADER_BYTES = 39;
    uint256 private constant MIN_MEMBERS = 3;
    uint256 private constant MAX_MEMBERS = 31;

    /// @dev Whether a configuration can be safe. One key must not count twice, and what is no signature recovers to the zero address.
    function areValid(bytes memory operators, bytes memory nodeIds, uint256 faults, uint256 attestations)
        internal
        pure
        returns (bool)
    {
        uint256 members = operators.length / OPERATOR_BYTES;
        if (operators.length != members * OPERATOR_BYTES || nodeIds.length != members * NODE_ID_BYTES) return false;
        if (members < MIN_MEMBERS || members > MAX_MEMBERS) return false;
        if (faults == 0 || faults * 2 >= members || attestations <= faults || attestations > members - faults) return false;
        for (uint256 i = 0; i < members; ++i) {
            address operator = _addressAt(operators, i * OPERATOR_BYTES);
            if (operator == address(0)) return false;
            for (uint256 j = 0; j < i; ++j) {
                if (_addressAt(operators, j * OPERATOR_BYTES) == operator) return false;
            }
        }
        return true;
    }

    function write(
        bytes32 config,
        bytes memory operators,
        bytes memory nodeIds,
        uint8 faults,
        uint8 attestations,
        uint32 nonce
    ) internal returns (address) {
        return address(
            new RosterCode(abi.encodePacked(bytes1(0), config, faults, attestations, nonce, operators, nodeIds))
        );
    }

    function read(address place) internal view returns (bytes memory roster) {
        return place.code;
    }

    /// @notice How many members there are.
    function size(bytes memory roster) internal pure returns (uint256) {
        return (roster.length - HEADER_BYTES) / (OPERATOR_BYTES + NODE_ID_BYTES);
    }

    function configOf(bytes memory roster) internal pure returns (bytes32) {
        return _wordAt(roster, 1);
    }

    function faultsOf(bytes memory roster) internal pure returns (uint8) {
        return uint8(roster[33]);
    }

    function attestationsOf(bytes memory roster) internal pure returns (uint8) {
        return uint8(roster[34]);
    }

    function nonceOf(bytes memory roster) internal pure returns (uint32) {
        return uint32(bytes4(_wordAt(roster, 35)));
    }

    /// @dev The index must be below {size}.
    function operatorAt(bytes memory roster, uint256 index) internal pure returns (address) {
        unchecked {
            return _addressAt(roster, HEADER_BYTES + index * OPERATOR_BYTES);
        }
    }

    /// @dev The index must be below {size}.
    function nodeIdAt(bytes memory roster, uint256 index) internal pure returns (bytes32) {
        return _wordAt(roster, HEADER_BYTES + size(roster) * OPERATOR_BYTES + index * NODE_ID_BYTES);
    }

    /// @notice Accounts and keys of all members, packed.
    function membersOf(bytes memory roster) internal pure returns (bytes memory operators, bytes memory nodeIds) {
        uint256 members = size(roster);
        for (uint256 i = 0; i < members; ++i) {
            operators = bytes.concat(operators, bytes20(operatorAt(roster, i)));
            nodeIds = bytes.concat(nodeIds, nodeIdAt(roster, i));
        }
    }

    function _addressAt(bytes memory data, uint256 start) private pure returns (address) {
        return address(bytes20(_wordAt(data, start)));
    }

    /// @dev 32 bytes from `start` on, which must lie within the data.
    function _wordAt(bytes memory data, uint256 start) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 32), start))
        }
    }
}
