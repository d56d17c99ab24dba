/** In one round. */
export const MAX_CATEGORIES = 9
export const MAX_ITEMS_PER_CATEGORY = 24
/** All categories together: three with as many items as there can be, or all nine with eight. */
export const MAX_ROUND_ITEMS = 72
/** In tokens: items are short questions with checkable answers. */
export const MAX_QUIZ_ANSWER_TOKENS = 512
/** About two bytes for each token of the longest answer; longer ones are cut by the answerer. */
export const MAX_ANSWER_TEXT_BYTES = 1_024
/** Of a theme: a clause, and a name or two. In bytes. */
export const MAX_TOPIC_NAME_BYTES = 64
export const MAX_SUB_TOPIC_BYTES = 48
/** An open challenge is one sentence. */
export const MAX_QUESTION_BYTES = 200
/** One of them is drawn by the round's seed, so that nobody knows before which is asked. */
export const MAX_PREPARED_QUESTIONS = 3
/** The largest envelope of an author's message takes 880 bytes; rounded up. */
export const MAX_AUTHORED_ENVELOPE_BYTES = 1_024
/** Of a ballot, of which a program knows the better answer: enough to tell something of a judge, and little work. */
export const CALIBRATION_PAIRS = 4
/** Different answers of a round that a panel compares, each with each: six pairs. */
export const MAX_JUDGED_ANSWERS = 4
/** Every pair is shown in both orders. */
export const MAX_BALLOT_REPLIES = 2 * (CALIBRATION_PAIRS + (MAX_JUDGED_ANSWERS * (MAX_JUDGED_ANSWERS - 1)) / 2)
/** A judge has 8 tokens to say a word in; longer than they are in any tokenizer that we know. */
export const MAX_JUDGE_REPLY_BYTES = 256
/** More nodes than a section of a report has rows. */
export const MAX_ROUND_NODES = 1_000_000
