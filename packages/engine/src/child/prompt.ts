import type { ChatMessage } from '@cortensor/interface'
import {
  type ChatHistoryItem,
  type ChatWrapper,
  type LlamaModel,
  LlamaText,
  type LlamaTextValue,
  resolveChatWrapper,
  type Token
} from 'node-llama-cpp'

export interface Prompt {
  tokens: Token[]
  /** Texts that end a turn in this model's template where no end-of-generation token does. */
  stop: string[]
}

export type RenderPrompt = (messages: readonly ChatMessage[]) => Prompt

const OPEN = '<|im_start|>'
const CLOSE = '<|im_end|>'

/**
 * Renders conversations with the chat template of the model's own file. Contents are tokenised as plain text, so nobody can write
 * control tokens into a prompt, and no message is added that the request does not hold.
 */
export function createPromptRenderer(model: LlamaModel): RenderPrompt {
  const template = model.fileInfo.metadata.tokenizer?.chat_template
  const open = controlToken(model, OPEN)
  const close = controlToken(model, CLOSE)
  const isChatMl = typeof template === 'string' && template.includes(`${OPEN}'`) && template.includes(CLOSE)
  if (isChatMl && open !== undefined && close !== undefined) {
    return (messages) => renderChatMl(model, open, close, messages)
  }
  // The library tries out the template to find its renderer, which takes longer than many an answer.
  let wrapper: ChatWrapper | undefined
  return (messages) => {
    wrapper ??= resolveChatWrapper(model)
    return renderTemplate(model, wrapper, messages)
  }
}

function controlToken(model: LlamaModel, text: string): Token | undefined {
  const tokens = model.tokenize(text, true)
  return tokens.length === 1 && model.isSpecialToken(tokens[0]) ? tokens[0] : undefined
}

/** The form that the built-in models were trained on, token for token. */
function renderChatMl(model: LlamaModel, open: Token, close: Token, messages: readonly ChatMessage[]): Prompt {
  const newLine = model.tokenize('\n', false)
  const tokens = beginning(model)
  for (const { role, content } of messages) {
    tokens.push(open, ...model.tokenize(`${role}\n${content}`, false), close, ...newLine)
  }
  tokens.push(open, ...model.tokenize('assistant\n', false))
  return { tokens, stop: [] }
}

/** Every other template, through the library's renderers, which keep contents apart from control tokens as well. */
function renderTemplate(model: LlamaModel, wrapper: ChatWrapper, messages: readonly ChatMessage[]): Prompt {
  const chatHistory: ChatHistoryItem[] = messages.map(({ role, content }) =>
    role === 'assistant' ? { type: 'model', response: [content] } : { type: role, text: content }
  )
  chatHistory.push({ type: 'model', response: [] })
  const { contextText, stopGenerationTriggers } = wrapper.generateContextState({ chatHistory })
  const tokens = contextText.tokenize(model.tokenizer)
  const bos = beginning(model)
  return {
    tokens: bos.length > 0 && tokens[0] !== bos[0] ? [...bos, ...tokens] : tokens,
    stop: stopGenerationTriggers.map((trigger) => LlamaText(trigger).values).flatMap(plainText)
  }
}

/** Triggers made of control tokens are the model's end-of-generation tokens, which end an answer anyway. */
function plainText(values: readonly LlamaTextValue[]): string[] {
  return values.length > 0 && values.every((value) => typeof value === 'string') ? [values.join('')] : []
}

function beginning(model: LlamaModel): Token[] {
  return model.tokens.shouldPrependBosToken && model.tokens.bos !== null ? [model.tokens.bos] : []
}
