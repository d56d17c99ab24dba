/** What a store gives by default: any node fetches a report without asking for more. */
export const MAX_REPORT_BYTES = 2_097_152
/** A bucket is fetched by every oracle in every epoch; small ones spread over the providers. */
export const MAX_BUCKET_BYTES = 1_048_576
/** Results with their envelope take some 330 bytes, so that 1 MiB of them stays below. */
export const MAX_BUCKET_ITEMS = 4_096
/** No row takes fewer than 32 bytes, so that {@link MAX_REPORT_BYTES} is always reached first. */
export const MAX_REPORT_ROWS = 65_536
/** Rows of a report take about three bytes a value; twice what fits a block of ordinary content. */
export const MAX_REPORT_VALUES = 600_000
/** Root, outcomes, outcome, scores, score; or root, state, skills, row, categories, category. */
export const MAX_REPORT_DEPTH = 6
/** Longest name of a consumed item, when it is not a hash. */
export const MAX_CONSUMED_KEY_BYTES = 192
/** Decayed counts in thousandths: a million items. */
export const MAX_SKILL_COUNT = 1_000_000_000
