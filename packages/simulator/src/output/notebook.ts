/** Of a cell that says something. */
const text = (source: string): object => ({ cell_type: 'markdown', metadata: {}, source: linesOf(source) })
const code = (source: string): object => ({
  ...{ cell_type: 'code', execution_count: null, metadata: {}, outputs: [] },
  source: linesOf(source)
})

/** A notebook keeps its lines one by one, each with its end. */
const linesOf = (source: string): string[] => source.trim().split(/(?<=\n)/)

const LOAD = `
import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

FOLDER = Path('.')
# One run, or a folder of runs, such as a sweep's.
runs = [FOLDER] if (FOLDER / 'manifest.json').exists() else sorted(path.parent for path in FOLDER.glob('*/manifest.json'))


def read_json(run, name):
    return json.loads((run / name).read_text())


def read_table(name):
    """A table of all runs, with a column that names the run: Parquet where pandas can read it, else CSV."""
    frames = []
    for run in runs:
        try:
            frame = pd.read_parquet(run / f'{name}.parquet')
        except ImportError:
            frame = pd.read_csv(run / f'{name}.csv')
        frames.append(frame.assign(run=run.resolve().name))
    return pd.concat(frames, ignore_index=True)


manifests = {run.resolve().name: read_json(run, 'manifest.json') for run in runs}
summaries = pd.json_normalize([{'run': run.resolve().name, **read_json(run, 'summary.json')} for run in runs]).set_index('run')
epochs, rounds, miners, tasks = (read_table(name) for name in ['epochs', 'rounds', 'miners', 'tasks'])
# Amounts are whole numbers of micro-COR, written as text.
miners['cor'] = miners['earned'].astype(float) / 1e6
miners['strategy'] = miners['strategy'].fillna('honest')
`

const OVERVIEW = `
print({name: (manifest['scenario']['name'], manifest['scenario']['seed']) for name, manifest in manifests.items()})
columns = ['scenario', 'seed', 'epochs', 'epochsInLaterViews', 'rounds', 'tasks.completed', 'tasks.failed', 'gossip.deliveryRatio', 'gini']
summaries[columns]
`

const WAITS = `
completed = tasks[tasks['outcome'] == 'completed']
for label, end in [('first token', 'firstTokenMs'), ('last token', 'endMs')]:
    waits = np.sort((completed[end] - completed['startedMs']).dropna())
    plt.plot(waits, np.arange(1, len(waits) + 1) / max(1, len(waits)), label=label)
plt.xlabel('ms')
plt.ylabel('share of completed tasks')
plt.legend()
plt.show()
`

const GOSSIP = `
for run in runs:
    for chart in read_json(run, 'charts.json'):
        if chart['title'] == 'Gossip':
            plt.plot(chart['xs'], chart['series'][0]['ys'], label=run.resolve().name)
plt.xlabel('ms from author to receiver')
plt.ylabel('share of deliveries')
if plt.gca().lines:
    plt.legend()
plt.show()
`

const EPOCHS = `
figure, (top, bottom) = plt.subplots(2, 1, sharex=True)
for run, group in epochs.groupby('run'):
    top.plot(group['epoch'], (group['committedMs'] - group['cutoffMs']) / 1000, '.', label=run)
    bottom.plot(group['epoch'], group['leader'].astype('category').cat.codes, '.', label=run)
top.set_ylabel('s from cutoff to commit')
bottom.set_ylabel('leader')
bottom.set_xlabel('epoch')
plt.show()
`

const SKILL = `
asked = miners[(miners['asked'] > 0) & miners['skill'].notna()]
plt.plot([0, 1], [0, 1], color='grey')
plt.plot(asked['skill'].astype(float), asked['correct'] / asked['asked'], '.')
plt.xlabel('true skill')
plt.ylabel('share of right answers')
plt.show()
`

const INCOME = `
def interval(values):
    """Half the width of the 95 % interval of a mean, for samples that are not small."""
    return 1.96 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0


income = miners.groupby('strategy')['cor'].agg(['count', 'mean', interval]).sort_values('mean', ascending=False)
plt.barh(income.index, income['mean'], xerr=income['interval'])
plt.xlabel('COR a miner')
plt.show()
income
`

const SWEEP = `
sweep_file = FOLDER / 'sweep.json'
sweep = pd.json_normalize(json.loads(sweep_file.read_text())) if sweep_file.exists() else pd.DataFrame()
sweep
`

/**
 * A Jupyter notebook (nbformat 4.4) that loads the files of a run, or of a folder of runs, with pandas and plots them with matplotlib:
 * where a study goes on that the report page has begun.
 */
export function notebook(): string {
  const cells = [
    text(
      '# A run, or a folder of runs\n\nNeeds pandas and matplotlib, and pyarrow for Parquet. Times are virtual ms since the start, amounts micro-COR.'
    ),
    code(LOAD),
    text('## What the runs come down to'),
    code(OVERVIEW),
    text('## How long users wait'),
    code(WAITS),
    text('## How gossip spreads'),
    code(GOSSIP),
    text('## From cutoff to commit, and who leads'),
    code(EPOCHS),
    text('## Measured against true skill'),
    code(SKILL),
    text('## Income by strategy'),
    code(INCOME),
    text('## Cells of a sweep'),
    code(SWEEP)
  ]
  const metadata = {
    kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
    language_info: { name: 'python' }
  }
  return `${JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 4 }, null, 1)}\n`
}
