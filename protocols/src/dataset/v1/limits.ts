/** Bytes of lines in one block, but for a line that is longer alone: what bitswap carries in one message with room to spare. */
export const DATASET_LINES_BYTES = 262_144
/** Of one line: the longest answer with every character escaped, and as much again. */
export const MAX_DATASET_ROW_BYTES = 16_384
/** Links to signed messages in one block, 41 bytes each. */
export const MAX_DATASET_LINKS = 4_096
/** Half a million messages. */
export const MAX_DATASET_LINK_BLOCKS = 128
/** A gigabyte of lines, more than a file can have. */
export const MAX_DATASET_LINE_BLOCKS = 4_096
/** A year of epochs of an hour. */
export const MAX_DATASET_REPORTS = 8_784
/** Longer than any SPDX identifier. */
export const MAX_LICENSE_BYTES = 64
/** The links of the root together with the rest of it. */
export const MAX_DATASET_ROOT_BYTES = 1_048_576
