package import Records

/// A run and the documents that its steps made: all that a summary of it needs.
package struct RunFacts: Sendable {
  package var run: RunRecord
  /// By step, as are all that follow.
  package var metrics: [String: MetricsDocument] = [:]
  package var verdicts: [String: VerdictDocument] = [:]
  /// What became of the verdict of each gate.
  package var promotions: [String: PromotionDocument] = [:]
  package var contracts: [String: ContractDocument] = [:]
  package var drifts: [String: DriftDocument] = [:]
  /// The last lines of failed steps.
  package var logTails: [String: String] = [:]

  package init(run: RunRecord) { self.run = run }

  package init(_ news: RunNews) {
    let (run, documents) = (news.reading.record, news.reading.documents)
    self.run = run
    logTails = documents.logTails
    for step in run.steps {
      for digest in step.outputs.map(\.artifact.digest) {
        metrics[step.id] = documents.metrics[digest] ?? metrics[step.id]
        contracts[step.id] = documents.contracts[digest] ?? contracts[step.id]
        drifts[step.id] = documents.drifts[digest] ?? drifts[step.id]
        guard let verdict = documents.verdicts[digest] else { continue }
        verdicts[step.id] = verdict
        promotions[step.id] = documents.promotion(of: digest, in: run)
      }
    }
  }
}

/// A run's outcome in plain words: the first that anybody reads of it.
struct RunLead {
  enum Tone { case good, warning, bad }

  var tone: Tone
  /// `Done.`, `Failed:`.
  var word: String
  /// What follows the word.
  var rest: String

  init(_ run: RunRecord) {
    let reused = run.steps.count { $0.outcome == .reused }
    switch run.outcome {
    case .cancelled:
      (tone, word, rest) = (.warning, "Cancelled:", Self.sentence(run.reason ?? "somebody stopped it"))
    case .failed:
      let unreached = run.steps.contains { $0.outcome == .unreached } ? " What depended on it was not tried." : ""
      (tone, word, rest) = (.bad, "Failed:", Self.sentence(run.reason ?? "a step failed") + unreached)
    case .done where reused == run.steps.count:
      (tone, word, rest) = (.good, "Done.", "Nothing had changed: all \(reused) steps were reused.")
    case .done:
      let time = Format.seconds(run.wallSeconds)
      let steps = run.steps.count == 1 ? "1 step" : "\(run.steps.count) steps"
      (tone, word, rest) = (.good, "Done", "in \(time): \(steps), \(reused) reused.")
    }
  }

  /// With one full stop at its end.
  private static func sentence(_ text: String) -> String { text.hasSuffix(".") ? text : text + "." }
}

extension StepRecord.Outcome {
  /// As people say it.
  var words: String { self == .unreached ? "not reached" : rawValue }
}
