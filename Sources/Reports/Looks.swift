internal import Records
internal import Store

/// How often a site looked at data to judge models by it. Each look lets a little of the data into the choice of models: a
/// test set that was looked at many times flatters whoever was chosen by it.
struct Looks {
  /// What was seen of some data.
  struct Count: Equatable {
    /// Steps that judged a model on it, reused ones left out.
    var lookCount = 0
    var models: Set<Digest> = []
    var nights: Set<String> = []
    /// Among them searches, which judge every trial on it.
    var searchCount = 0
    var trialCount = 0
  }

  private var counts: [Digest: Count] = [:]

  /// From the records alone: what the store no longer holds of past runs is not counted.
  init(_ records: SiteRecords) {
    for run in records.runs {
      for step in run.steps where step.outcome == .ran {
        switch step.kind {
        case "evaluate", "gate": judge(step, of: run, records)
        case "tune": search(step, of: run, records)
        default: continue
        }
      }
    }
  }

  func count(of data: Digest) -> Count? { counts[data] }

  /// An evaluation looks at its data; a gate looks again where it scored the champion on it.
  private mutating func judge(_ step: StepRecord, of run: RunRecord, _ records: SiteRecords) {
    for output in step.outputs {
      if let metrics = records.metrics[output.artifact.digest] { note(metrics.data, by: metrics.model, run) }
      if let verdict = records.verdicts[output.artifact.digest], let champion = verdict.champion {
        note(verdict.data, by: champion, run)
      }
    }
  }

  private mutating func search(_ step: StepRecord, of run: RunRecord, _ records: SiteRecords) {
    for output in step.outputs {
      guard let trials = records.trials[output.artifact.digest], let data = trials.validation else { continue }
      counts[data, default: Count()].searchCount += 1
      counts[data, default: Count()].trialCount += trials.trials.count
    }
  }

  private mutating func note(_ data: Digest, by model: Digest, _ run: RunRecord) {
    counts[data, default: Count()].lookCount += 1
    counts[data, default: Count()].models.insert(model)
    counts[data, default: Count()].nights.insert(run.logicalTime.date)
  }
}

extension Looks.Count {
  /// `This test data was looked at 14 times by 9 models over 12 nights.`, with a warning where it also steered a search.
  var html: HTML {
    let looks: HTML =
      "This test data was looked at \(Self.count(lookCount, "time")) by \(Self.count(models.count, "model")) over \(Self.count(nights.count, "night"))."
    guard searchCount > 0 else { return "<p class=\"soft\">\(looks)</p>" }
    return
      "<p class=\"soft\">\(looks) <span class=\"warn\">It also decided \(Self.count(searchCount, "search")) over \(Self.count(trialCount, "trial")): a model that was chosen by it looks better on it than it is.</span></p>"
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    let plural = noun == "search" ? "searches" : noun + "s"
    return "\(Format.grouped(number)) \(number == 1 ? noun : plural)"
  }
}
