/** Of an answer, in UTF-16 units, that a judge gets to see: what is longer is cut. */
export const MAX_QUOTED_LENGTH = 4_000

/** Marks that chat templates give a meaning to: `<|im_start|>`, `<s>`, `[INST]`, `<<SYS>>`, `<start_of_turn>` and their like. */
const CONTROL_TOKEN =
  /<[|｜][^<>]*[|｜]>|<\/?(?:s|bos|eos|pad|unk|mask|sep|cls|start_of_turn|end_of_turn|think)>|\[\/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|<<\/?SYS>>/giu

/** Control characters but the tab, marks without a width, direction marks, tags, private and half characters. */
const INVISIBLE = /(?!\t)[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu

/** Everything that some program takes for the end of a line. */
const LINE_END = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/

/**
 * A text as lines that each begin with `mark|`, so that nothing in it can end the quotation, and without anything that a chat template
 * or a screen would read as a command. What it says is left: that an answer asks to be chosen is for the rubric to deal with.
 */
export function quotedText(mark: string, text: string): string {
  return text
    .slice(0, MAX_QUOTED_LENGTH)
    .split(LINE_END)
    .map((line) => `${mark}| ${withoutCommands(line)}`)
    .join('\n')
}

/** Again and again, because what is left of one mark may make another with what stood around it. */
function withoutCommands(line: string): string {
  let before = line
  for (;;) {
    const after = before.replace(INVISIBLE, '').replace(CONTROL_TOKEN, '')
    if (after === before) {
      return after
    }
    before = after
  }
}
