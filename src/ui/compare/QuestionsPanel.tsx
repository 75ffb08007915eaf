import { useState } from 'react';
import type { RunSection } from '../../store/runs/runsTable.ts';
import { useSettings } from '../../store/settings.ts';
import { paperAnswerOf } from '../../store/studies/paperAnswers.ts';
import { type Answer, answerOf, type QuestionId, verdictOf } from '../../store/studies/questions.ts';
import { count, percent, signed } from '../shell/format.ts';
import { Panel } from '../shell/Panel.tsx';
import { HalfMinute } from './HalfMinute.tsx';
import { MaskQuestion } from './MaskQuestion.tsx';
import { ORIGINS } from './origins.ts';
import { QuestionRuns } from './QuestionRuns.tsx';

interface Question {
  readonly id: QuestionId;
  readonly title: string;
  /** What the answer says when the difference is positive, negative, or not shown. */
  readonly verdicts: Readonly<Record<ReturnType<typeof verdictOf>, string>>;
}

const QUESTIONS: readonly Question[] = [
  {
    id: 'gating',
    title: 'Does gating cost accuracy?',
    verdicts: { more: 'No, it is better.', less: 'Yes, here it does.', 'not shown': 'Not to be told yet.' },
  },
  {
    id: 'half',
    title: 'What does half the budget cost?',
    verdicts: { more: 'Nothing: it gains.', less: 'It costs accuracy.', 'not shown': 'Not to be told yet.' },
  },
  {
    id: 'small',
    title: 'Is it better than a small dense network?',
    verdicts: { more: 'Yes, here it is.', less: 'No, it is worse.', 'not shown': 'Not to be told yet.' },
  },
];

type Asked = QuestionId | 'image';

/** The questions that people bring, each with its answer so far and the runs that answer it. */
export function QuestionsPanel({ sections }: { readonly sections: readonly RunSection[] }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const config = useSettings((settings) => settings.config);
  const titles: readonly (readonly [Asked, string])[] = [
    ...QUESTIONS.map(({ id, title }) => [id, title] as const),
    ['image', 'Does the choice by image matter?'],
  ];
  return (
    <Panel title="Questions" topic="questions" aside="choose one to train the runs that answer it">
      <HalfMinute />
      <ul className="questions">
        {titles.map(([id, title]) => {
          const question = QUESTIONS.find((each) => each.id === id);
          const answer = question ? answerOf(question.id, sections, config) : null;
          return (
            <li key={id}>
              <button
                type="button"
                className="button question"
                aria-expanded={asked === id}
                onClick={() => setAsked(asked === id ? null : id)}
              >
                {title}
              </button>
              {question && <AnswerText question={question} answer={answer} />}
              {question && <PaperText question={question.id} budget={config.budget} />}
              {id === 'image' && <MaskQuestion asked={asked === id} />}
              {question && asked === id && <QuestionRuns question={question.id} />}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function AnswerText({ question, answer }: { readonly question: Question; readonly answer: Answer | null }) {
  if (answer === null) return <p className="small muted">No runs that answer it are here yet.</p>;
  const { first, second, origin, difference, half, wanting, seeds, saved } = answer;
  const { steps, batch } = first.group.config;
  return (
    <div className="answer">
      <p>
        <strong>{question.verdicts[verdictOf(answer)]}</strong>
        {seeds < 2 && ' One pair of runs only, so another seed may say otherwise.'}{' '}
        {signed(100 * difference, 1)} ± {(100 * half).toFixed(1)} points of 20-NN at{' '}
        {percent(Math.abs(saved), 0)} {saved >= 0 ? 'fewer' : 'more'} MACs
        {wanting && `; ${wanting} would tell`}
      </p>
      <p className="small muted">
        {sideText(question.id, first)} {percent(first.accuracy?.mean)} against {sideText(question.id, second)}{' '}
        {percent(second.accuracy?.mean)}; {count(steps)} steps of {batch}, {count(seeds)}{' '}
        {seeds === 1 ? 'seed' : 'seeds'}
        {'; '}
        <span className={`badge ${origin === 'here' ? 'here' : 'recorded'}`}>{ORIGINS[origin]}</span>
      </p>
    </div>
  );
}

/** What the paper says at its scale, which short runs do not reach. */
function PaperText({ question, budget }: { readonly question: QuestionId; readonly budget: number }) {
  const answer = paperAnswerOf(question, budget);
  if (answer === null) return <p className="small muted">The paper compares with no small dense network.</p>;
  const { first, second, difference, saved } = answer;
  const other = second.budget === null ? 'dense VICReg' : `t_d ${second.budget.toFixed(1)}`;
  return (
    <p className="small muted">
      In the paper, with its ResNet-18 trained for 500 epochs of CIFAR-10: {signed(100 * difference, 2)}{' '}
      points of a linear probe for gated, t_d {first.budget?.toFixed(1)}, against {other}, at{' '}
      {percent(saved, 0)} fewer MACs. Short runs of a small network do not reproduce that.
    </p>
  );
}

function sideText(question: QuestionId, { group }: Answer['first']): string {
  const { system, budget, width } = group.config;
  if (system === 'dual-gating') return `gated, t_d ${budget.toFixed(2)}`;
  return question === 'small' ? `dense, width ${width}` : 'dense';
}
