// Validates AsyncAPI and OpenAPI documents by their own tools: node check.mjs FILE...
// Prints a line for each fault; exits with 1 where there is one.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { Parser } from '@asyncapi/parser'
import SwaggerParser from '@apidevtools/swagger-parser'

let faults = 0
const fault = (file, text) => { faults++; console.log(`${basename(file)}: ${text}`) }

for (const file of process.argv.slice(2)) {
  if (basename(file).includes('asyncapi')) {
    const { document, diagnostics } = await new Parser().parse(await readFile(file, 'utf8'))
    diagnostics
      .filter(found => found.severity <= 1) // errors and warnings; the rest is advice
      .forEach(found => fault(file, `${found.path.join('.')}: ${found.message}`))
    if (!document) fault(file, 'is no document')
  } else {
    await new SwaggerParser().validate(file).catch(failure => fault(file, failure.message))
  }
}
process.exit(faults ? 1 : 0)
