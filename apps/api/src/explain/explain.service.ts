import { explainLayers, type Explain, type ExplainBody } from '@calkeep/contract';
import { Injectable } from '@nestjs/common';
import { missingScopes } from '../http/access.js';
import { Answer } from '../http/answer.js';
import type { Admission, QuotaState } from '../http/credential-resolver.js';
import { jsonText } from '../http/envelope.js';
import { allowedMethods, KnownPaths } from '../http/known-paths.js';
import type { Submission } from '../idempotency/current-submission.js';
import { Submissions } from '../idempotency/submissions.js';
import { judges, type ExplainedCall } from './judges.js';

/**
 * The guard chain without the call: which layer would decide what. It asks the very rules that guard the routes
 * (their table, their declared access), runs no handler and reads no object, so that what it says tells of nothing
 * but the route and the caller's own token.
 */
@Injectable()
export class ExplainService {
  constructor(
    private readonly knownPaths: KnownPaths,
    private readonly submissions: Submissions,
  ) {}

  /** Changes nothing, so that an idempotency key keeps no more than what was said. */
  answer(admission: Admission, submission: Submission, call: ExplainBody): Promise<Answer> {
    return this.submissions.run(admission.principal, submission, async () => {
      return new Answer(200, jsonText(JSON.stringify(this.explain(admission, call))));
    });
  }

  explain(admission: Admission, { method, path }: ExplainBody): Explain {
    const target = path.split('?', 1)[0] ?? '';
    const known = this.knownPaths.find(target);
    const access = known?.methods.get(method) ?? null;
    const call: ExplainedCall = { method, path, known, access, admission };
    const layers = judged(call);
    const refusing = layers.find(({ verdict }) => verdict === 'refuses');
    const tokenAccess = access?.kind === 'token' ? access : null;
    return {
      explanation: {
        outcome: refusing ? 'refused' : 'admitted',
        refusal: refusing?.refusal ? { layer: refusing.layer, ...refusing.refusal } : null,
        route: known?.pattern ?? null,
        allowedMethods: known ? allowedMethods(known) : [],
        requiredScopes: [...(tokenAccess?.scopes ?? [])],
        missingScopes: tokenAccess ? missingScopes(tokenAccess, admission.principal) : [],
        limits: { token: limitOf(admission.token), workspace: limitOf(admission.workspace) },
        layers: layers.map(({ layer, verdict, note }) => ({ layer, verdict, note })),
      },
    };
  }
}

type Layer = Explain['explanation']['layers'][number] & Pick<ReturnType<(typeof judges)['route']>, 'refusal'>;

/** Each layer in its turn; behind one that refuses none is asked. */
function judged(call: ExplainedCall): Layer[] {
  let isRefused = false;
  return explainLayers.map((layer) => {
    if (isRefused) return { layer, verdict: 'not_reached', note: 'A layer before this one refuses the call.' };
    const judgement = judges[layer](call);
    isRefused = judgement.verdict === 'refuses';
    return { layer, ...judgement };
  });
}

function limitOf({ quota, remaining, resetSeconds }: QuotaState) {
  return { ...quota, remaining, resetSeconds };
}
