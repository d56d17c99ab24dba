// Runs one bench and tells its parent what came of it.
const [name] = process.argv.slice(2)

try {
  const { run, title } = await import(`../${name}.mjs`)
  process.send({ title, figures: await run() })
} catch (error) {
  process.send({ error: error instanceof Error ? error.stack : String(error) })
}
process.disconnect()
