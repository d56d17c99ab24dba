// A TypeScript source as a flat list of tokens: comments are gone, and the contents of strings are not mistaken for code.
// TypeScript 7 offers its scanner under an `unstable` entry; the version is pinned and this module is its only user.
import { createScanner, SyntaxKind } from 'typescript/unstable/ast'

/** @typedef {{ text: string, string: boolean, word: boolean, line: number }} Token `text` of a string is its value. */

// After one of these a slash divides; after anything else it begins a regular expression.
const ENDS_OPERAND = new Set([
  SyntaxKind.Identifier,
  SyntaxKind.NumericLiteral,
  SyntaxKind.BigIntLiteral,
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateTail,
  SyntaxKind.RegularExpressionLiteral,
  SyntaxKind.CloseParenToken,
  SyntaxKind.CloseBracketToken,
  SyntaxKind.CloseBraceToken,
  SyntaxKind.ThisKeyword,
  SyntaxKind.SuperKeyword,
  SyntaxKind.TrueKeyword,
  SyntaxKind.FalseKeyword,
  SyntaxKind.NullKeyword
])

/** @returns {Token[]} */
export function tokens(source) {
  const scanner = createScanner(true, undefined, source)
  const found = []
  // one entry a template that is open, holding the number of braces open inside its current `${}`
  const templates = []
  let previous
  let line = 1
  let counted = 0
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFile; kind = scanner.scan()) {
    if ((kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken) && !ENDS_OPERAND.has(previous)) {
      kind = scanner.reScanSlashToken()
    } else if (kind === SyntaxKind.TemplateHead) {
      templates.push(0)
    } else if (kind === SyntaxKind.OpenBraceToken && templates.length > 0) {
      templates[templates.length - 1]++
    } else if (kind === SyntaxKind.CloseBraceToken && templates.length > 0) {
      if (templates.at(-1) > 0) {
        templates[templates.length - 1]--
      } else {
        kind = scanner.reScanTemplateToken(false)
        if (kind === SyntaxKind.TemplateTail) {
          templates.pop()
        }
      }
    }
    const start = scanner.getTokenStart()
    for (; counted < start; counted++) {
      if (source.charCodeAt(counted) === 10) {
        line++
      }
    }
    const string = kind === SyntaxKind.StringLiteral || kind === SyntaxKind.NoSubstitutionTemplateLiteral
    const word = kind === SyntaxKind.Identifier || (kind >= SyntaxKind.FirstKeyword && kind <= SyntaxKind.LastKeyword)
    found.push({ text: string ? scanner.getTokenValue() : scanner.getTokenText(), string, word, line })
    previous = kind
  }
  return found
}

/**
 * Every module the source names: imports, re-exports and dynamic imports. `typeOnly` is true only for `import type` and `export type`,
 * which leave nothing behind at run time. A dynamic import of something computed has an undefined `specifier`.
 *
 * @param {Token[]} list
 * @returns {{ specifier: string | undefined, typeOnly: boolean, line: number }[]}
 */
export function moduleNames(list) {
  const found = []
  list.forEach((token, index) => {
    if (!token.word || (token.text !== 'import' && token.text !== 'export') || list[index - 1]?.text === '.') {
      return
    }
    let at = index + 1
    if (token.text === 'import' && list[at]?.text === '(') {
      found.push({ specifier: list[at + 1]?.string ? list[at + 1].text : undefined, typeOnly: false, line: token.line })
      return
    }
    if (token.text === 'import' && list[at]?.string) {
      found.push({ specifier: list[at].text, typeOnly: false, line: token.line })
      return
    }
    const typeOnly = list[at]?.text === 'type' && list[at + 1]?.text !== 'from' && list[at + 1]?.text !== ','
    at += typeOnly ? 1 : 0
    if (token.text === 'export' && list[at]?.text !== '{' && list[at]?.text !== '*') {
      return
    }
    // the clause holds names, braces, commas and stars only, so the first string after a `from` is the module
    for (; at < list.length && (list[at].word || '{},*'.includes(list[at].text)); at++) {
      if (list[at].text === 'from' && list[at + 1]?.string) {
        found.push({ specifier: list[at + 1].text, typeOnly, line: token.line })
        return
      }
      if (token.text === 'export' && list[at].text === '}' && list[at + 1]?.text !== 'from') {
        return
      }
    }
  })
  return found
}
