import { MAX_QUIZ_ANSWER_TOKENS, MAX_ROUND_ITEMS } from '../../quiz/v1/limits.js'

/** What bitswap carries in one message with room to spare; the same for every block of a report, so that any node fetches any of them. */
export const MAX_REPORT_BLOCK_BYTES = 262_144
/** A chunk is not closed below this, but for the last of its section: a fetch costs about as much as so many bytes. */
export const MIN_CHUNK_BYTES = 16_384
/** A report's chunks together: ten times what 10,000 results among 5,000 nodes take, and little enough to be decoded in memory. */
export const MAX_REPORT_BYTES = 67_108_864
/** Chunks of one section, all of them as small as they can be. */
export const MAX_SECTION_CHUNKS = MAX_REPORT_BYTES / MIN_CHUNK_BYTES
/** Rows of one section: ten epochs of 10,000 results leave 100,000 consumed items. */
export const MAX_SECTION_ROWS = 262_144
/** Values of all kinds in one block of a report; ordinary rows take some six bytes a value. */
export const MAX_REPORT_BLOCK_VALUES = 131_072
/** Chunk, outcome, scores, score. In the root: sections, section, chunks, link. */
export const MAX_REPORT_DEPTH = 5
/** Items that a report names as not counted; of a flood of them, enough to see what it is. */
export const MAX_EXCLUSIONS = 4_096
/** A bucket is fetched by every oracle in every epoch; small ones spread over the providers. */
export const MAX_BUCKET_BYTES = 1_048_576
/** Results with their envelope take some 330 bytes, so that 1 MiB of them stays below. */
export const MAX_BUCKET_ITEMS = 4_096
/** Ends of the scale of abilities, in thousandths of a logit. */
export const MAX_SKILL_MILLI = 4_000
/** Of one stage, in thousandths: a million events that have not decayed, more than an epoch has. */
export const MAX_STAGE_COUNT = 1_000_000_000_000
/** Lengths of the right answers to all items of the largest round, at the longest that an answer may be. */
export const MAX_THROUGHPUT_TOKENS = MAX_ROUND_ITEMS * MAX_QUIZ_ANSWER_TOKENS
/** A similarity of one: the same text. */
export const MAX_SIMILARITY_MICRO = 1_000_000
/** Nodes that may be commissioned for one stage of one epoch: more than ever have to stand in for silent ones. */
export const MAX_AUTHOR_SEATS = 16
/** Nodes of one panel that judge, and as many that are tried. */
export const MAX_PANEL_SEATS = 16
/** Nodes with one and the same answer: four times as many as a network may draw for a challenge. */
export const MAX_JUDGED_NODES = 256
/** Pairs that a judge's record is made of; older ones weigh less and less. */
export const MAX_JUDGE_PAIRS = 256
/** Names of templates are a few short words. */
export const MAX_TEMPLATE_NAME_BYTES = 64
