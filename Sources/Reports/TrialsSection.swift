internal import Records

/// A ``TrialsDocument`` on a run's page.
enum TrialsSection {
  /// Rows of the table of the best.
  private static let limitRows = 20
  /// Of more parameters, those that matter most are drawn.
  private static let limitParameters = 20

  static func html(_ document: TrialsDocument) -> HTML {
    let ranking = document.ranking
    return """
      <p class="soft">\(summary(document))</p>
      \(leaderboard(document, ranking))
      <div class="pair">\(progress(document))\(importance(document))</div>
      <h3>\(document.trials.count > limitRows ? "The best \(limitRows) of \(Format.grouped(document.trials.count)) trials" : "Trials")</h3>
      \(table(document, Array(ranking.prefix(limitRows))))
      \(failures(document))
      """
  }

  private static func summary(_ document: TrialsDocument) -> HTML {
    let counts = [("pruned", document.count(.pruned)), ("failed", document.count(.failed))].filter { $0.1 > 0 }
      .map { ", \(Format.grouped($0.1)) \($0.0)" }.joined()
    let end: String =
      switch document.ending {
      case .trials: ""
      case .time: "; the time was over then"
      case .grid: ", the whole grid"
      }
    return
      "Trial \(document.best) of \(Format.grouped(document.trials.count))\(counts)\(end). Search: \(document.search), seed \(document.seed)\(document.parallel > 1 ? ", \(document.parallel) at once" : ""); judged by \(document.metric) on \(document.judgedBy), \(document.isHigherBetter ? "the more the better" : "the less the better"). The model was then trained on all training rows, \(Format.grouped(document.modelRounds)) rounds."
  }

  /// The labelled trials beside the best one that the search suggested.
  private static func leaderboard(_ document: TrialsDocument, _ ranking: [TrialsDocument.Trial]) -> HTML {
    let searched = ranking.first { $0.label == nil }?.number
    let leaders = ranking.filter { $0.label != nil || $0.number == searched }
    guard leaders.contains(where: { $0.label != nil }) else { return "" }
    return
      "<h3>Leaderboard</h3>"
      + Table.table(
        ["Place", "Model", document.metric, "Rounds"], numeric: [0, 2, 3],
        leaders.enumerated().map { place, trial -> [HTML] in
          [
            "\(place + 1)", "\(trial.label ?? "searched: trial \(trial.number)")", value(trial),
            "\(Format.grouped(trial.bestRound ?? trial.rounds))",
          ]
        })
  }

  private static func value(_ trial: TrialsDocument.Trial) -> HTML {
    trial.status == .failed ? "<span class=\"warn\">failed</span>" : "\(Format.metric(trial.value))"
  }

  private static func progress(_ document: TrialsDocument) -> HTML {
    var best: Double?
    let curve = document.trials.map { trial -> Double? in
      if trial.status == .complete, let value = trial.value {
        best = best.map { document.isHigherBetter ? max($0, value) : min($0, value) } ?? value
      }
      return best
    }
    let tried = document.trials.map { $0.status == .complete ? $0.value : nil }
    var chart = LineChart(
      "Best \(document.metric) so far", Places("Trial", document.trials.map { "\($0.number)" }),
      [.init(name: "best so far", values: curve)])
    let complete = Format.count(tried.count { $0 != nil }, "complete trial")
    chart.note = "Over \(complete), \(document.isHigherBetter ? "the more the better" : "the less the better")."
    return chart.html
  }

  private static func importance(_ document: TrialsDocument) -> HTML {
    let importance = TrialImportance(document)
    let found = importance.shares.prefix(limitParameters)
    guard found.contains(where: { $0.value > 0 }) else { return "" }
    var bars = BarChart(
      "How much the metric moves with a parameter", found.map { BarChart.Bar(label: $0.name, value: $0.value) })
    bars.name = "Parameter"
    return
      "<div>\(bars.html)<p class=\"soft\">Rank correlation of numbers, correlation ratio of words, 0 to 1, over \(Format.grouped(importance.trialCount)) trials; parameters that matter together alone do not show.</p></div>"
  }

  private static func table(_ document: TrialsDocument, _ trials: [TrialsDocument.Trial]) -> HTML {
    let names = Set(trials.flatMap(\.parameters.keys)).sorted().prefix(limitParameters)
    let spread = trials.contains { $0.foldValues.count > 1 }
    let header = ["Trial", document.metric] + (spread ? ["Folds"] : []) + ["Rounds"] + names
    return Table.table(
      header, numeric: Set(0..<header.count),
      trials.map { trial -> [HTML] in
        let status = trial.status == .pruned ? " <span class=\"soft\">pruned</span>" : HTML.empty
        let range: [HTML] =
          spread ? ["\(Format.metric(trial.foldValues.min())) – \(Format.metric(trial.foldValues.max()))"] : []
        return ["\(trial.number)\(trial.label.map { " (\($0))" } ?? "")", value(trial) + status] + range
          + ["\(Format.grouped(trial.bestRound ?? trial.rounds))"]
          + names.map { "\(trial.parameters[$0].map(short) ?? "–")" }
      })
  }

  /// A number with the four digits that count; all of them are in the JSON.
  private static func short(_ parameter: String) -> String {
    guard parameter.contains(where: { ".e".contains($0) }), let number = Double(parameter), number.isFinite else {
      return parameter
    }
    return ProfileText.number(number).trimmingZeros
  }

  private static func failures(_ document: TrialsDocument) -> HTML {
    let failed = document.trials.filter { $0.status == .failed }
    guard !failed.isEmpty else { return "" }
    let rows = failed.prefix(limitRows).map { trial -> [HTML] in
      ["\(trial.number)\(trial.label.map { " (\($0))" } ?? "")", "\(trial.reason ?? "")"]
    }
    return
      "<details><summary>Failed trials (\(Format.grouped(failed.count)))</summary>\(Table.table(["Trial", "Why"], numeric: [0], rows))</details>"
  }
}

extension TrialsDocument {
  fileprivate func count(_ status: Trial.Status) -> Int { trials.count { $0.status == status } }

  /// The complete trials from the best on, then those that were pruned, the latest first, then the failed.
  fileprivate var ranking: [Trial] {
    func key(_ trial: Trial) -> (Int, Double, Double, Int) {
      let loss = trial.value.map { isHigherBetter ? -$0 : $0 } ?? .infinity
      switch trial.status {
      case .complete: return (0, 0, loss, trial.number)
      case .pruned: return (1, -Double(trial.rounds), loss, trial.number)
      case .failed: return (2, 0, 0, trial.number)
      }
    }
    return trials.sorted { key($0) < key($1) }
  }
}
