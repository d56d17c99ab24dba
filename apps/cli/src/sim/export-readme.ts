export interface ExportReadmeInit {
  name: string
  format: 'compose' | 'kubernetes'
  isSweep: boolean
  image: string
  warnings: readonly string[]
}

const COMMANDS = {
  compose: () =>
    'docker compose up\n\nThe API of the first router is on http://127.0.0.1:8080; its key is CORTENSOR_API_KEY of the service `users`.',
  kubernetes: () =>
    'kubectl apply -f .\nkubectl port-forward statefulset/router 8080\n\nThe API key is in the secret `keys`. Pods that come before the chain end and are started again.',
  sweep: (name: string) =>
    `kubectl apply -f sweep.yaml\nkubectl wait --for=condition=complete --timeout=-1s job/${name}-sweep\nkubectl apply -f merge.yaml\n\n` +
    'The volume then holds a folder a run, and sweep.json and report.html of all.'
} as const

/** What lies in an exported folder, how to run it, and what it does not do. */
export function exportReadme({ format, image, isSweep, name, warnings }: ExportReadmeInit): string {
  const [commands = '', ...words] = (isSweep ? COMMANDS.sweep(name) : COMMANDS[format]()).split('\n\n')
  const title = isSweep ? `The sweep ${name} as a job of Kubernetes` : `The network ${name} as containers`
  return `# ${title}

In the repository, once: \`docker build -t ${image} .\`, and push it to where the machines get their images from. Then, here:

\`\`\`sh
${commands}
\`\`\`

${words.join('\n\n')}
${isSweep ? '' : "\nAll keys follow from the scenario's seed: they are worth nothing outside of this network, and must never hold anything that is.\n"}
## Not exported

${warnings.map((warning) => `- ${warning}`).join('\n')}
`
}
