/** Strict JSON, as PROTOCOL.md asks for: `JSON.parse` takes repeated names, fractions and text that is no Unicode. */

/** A value. Integers beyond 2^53 are bigint. */
export type Json = null | boolean | number | bigint | string | Json[] | JsonObject
export interface JsonObject {
  [name: string]: Json
}

/** What is no message of the protocol. */
export class MessageError extends Error {
  override readonly name = 'MessageError'
}

const SPACE = /[ \t\n\r]*/y
const PLAIN = /[^"\\\u0000-\u001f]*/y // eslint-disable-line no-control-regex
const INTEGER = /-?(?:0|[1-9][0-9]*)(?![.eE0-9])/y
const ESCAPES: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
const WORDS: [string, Json][] = [
  ['true', true],
  ['false', false],
  ['null', null]
]
const MOST_DIGITS = 20

/**
 * The object that these bytes are.
 *
 * @param depth how far it may be nested, itself included
 * @throws MessageError where they are none
 */
export function objectOf(value: Uint8Array, depth: number): JsonObject {
  let text
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)
  } catch {
    throw new MessageError('a message is no UTF-8')
  }
  const found = new Reading(text).whole(depth)
  if (found === null || typeof found !== 'object' || Array.isArray(found)) {
    throw new MessageError('a message is no object')
  }
  return found
}

class Reading {
  #at = 0

  constructor(readonly text: string) {}

  whole(depth: number): Json {
    const found = this.#value(depth)
    this.#run(SPACE)
    return this.#at === this.text.length ? found : this.#fail()
  }

  #value(depth: number): Json {
    this.#run(SPACE)
    const next = this.text[this.#at]
    if (next === '"') {
      return this.#string()
    }
    if (next === '{' || next === '[') {
      if (depth <= 0) {
        throw new MessageError('a message is nested too deeply')
      }
      this.#at++
      return next === '{' ? this.#object(depth - 1) : this.#array(depth - 1)
    }
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.#at)) {
        this.#at += word.length
        return value
      }
    }
    const digits = this.#run(INTEGER)
    if (digits === '' || digits.length > MOST_DIGITS) {
      throw new MessageError('a message is no strict JSON: a number is no integer, or something else is no value')
    }
    const number = Number(digits)
    return Number.isSafeInteger(number) ? number : BigInt(digits)
  }

  #object(depth: number): JsonObject {
    const found: [string, Json][] = []
    const names = new Set<string>()
    if (this.#takes('}')) {
      return {}
    }
    do {
      this.#run(SPACE)
      const name = this.#string()
      if (names.has(name)) {
        throw new MessageError('a name occurs twice')
      }
      names.add(name)
      this.#takes(':') || this.#fail()
      found.push([name, this.#value(depth)])
    } while (this.#takes(','))
    this.#takes('}') || this.#fail()
    return Object.fromEntries(found) // defines them, `__proto__` as well
  }

  #array(depth: number): Json[] {
    const found: Json[] = []
    if (this.#takes(']')) {
      return found
    }
    do {
      found.push(this.#value(depth))
    } while (this.#takes(','))
    return this.#takes(']') ? found : this.#fail()
  }

  #string(): string {
    if (this.text[this.#at++] !== '"') {
      return this.#fail()
    }
    let found = this.#run(PLAIN)
    if (this.text[this.#at] === '"') {
      this.#at++
      return found // well-formed, as the UTF-8 was
    }
    while (this.text[this.#at] === '\\') {
      const letter = this.text[this.#at + 1] ?? ''
      if (letter === 'u') {
        const digits = this.text.slice(this.#at + 2, this.#at + 6)
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
          return this.#fail()
        }
        found += String.fromCharCode(parseInt(digits, 16))
        this.#at += 6
      } else {
        found += ESCAPES[letter] ?? this.#fail()
        this.#at += 2
      }
      found += this.#run(PLAIN)
    }
    if (this.text[this.#at++] !== '"' || !found.isWellFormed()) {
      return this.#fail()
    }
    return found
  }

  #takes(sign: string): boolean {
    this.#run(SPACE)
    const taken = this.text[this.#at] === sign
    this.#at += taken ? 1 : 0
    return taken
  }

  #run(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #fail(): never {
    throw new MessageError('a message is no strict JSON')
  }
}
