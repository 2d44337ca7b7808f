internal import Jobs
internal import Records
internal import Statistics

/// Decides which of the compared columns have drifted: those that moved far enough to matter and too far for chance.
///
/// With many rows any difference is beyond chance, with few any is large: both are asked for. The p-values of a night are
/// corrected for there being several columns. By Holm's correction, the default, any column at all is called drifted with
/// a probability of at most the level on a night on which nothing moved, however the columns depend on each other, the
/// predictions, which follow from the others, among them; Benjamini and Hochberg's keeps that for columns that are
/// independent or positively dependent alone. Over any number of such nights, however the nights depend on each other, at
/// most that share of them is expected to alarm, for expectations add up. So a budget of one false alarm per 90 nights is
/// the level 1/90, whatever the number of columns.
struct DriftJudgement {
  let options: MonitorOptions

  var decision: DriftDocument.Decision {
    DriftDocument.Decision(
      effects: Dictionary(
        options.tests.map { ($0.rawValue, options.thresholds.effect($0)) }, uniquingKeysWith: { first, _ in first }),
      correction: options.alerts.correction.rawValue, level: options.alerts.level,
      falseAlarms: options.alerts.budget?.count, nights: options.alerts.budget?.nights,
      minimumRows: options.alerts.minimumRows)
  }

  /// The columns with their corrected p-values and whether they drifted.
  func judged(_ columns: [DriftDocument.Column]) -> [DriftDocument.Column] {
    let decided = columns.indices.filter { columns[$0].undecided == nil }
    let corrected = method.adjusted(decided.map { columns[$0].pValue })
    var judged = columns
    for (index, pValue) in zip(decided, corrected) {
      judged[index].correctedPValue = pValue
      judged[index].isDrifted = pValue <= options.alerts.level && hasMoved(columns[index])
    }
    return judged
  }

  /// Whether one of the measures that decide is as large as its threshold.
  private func hasMoved(_ column: DriftDocument.Column) -> Bool {
    options.tests.contains { measure in
      column.effects?[measure.rawValue].map { $0 >= options.thresholds.effect(measure) } ?? false
    }
  }

  /// The data drifts when enough of the model's columns do, or what it says.
  func isDrifted(_ columns: [DriftDocument.Column]) -> Bool {
    let features = columns.filter { $0.role == "feature" }
    let share = Double(features.count(where: \.isDrifted)) / Double(max(1, features.count))
    return share >= options.thresholds.columns && share > 0
      || columns.contains { $0.role == "prediction" && $0.isDrifted }
  }

  private var method: MultipleTests {
    switch options.alerts.correction {
    case .benjaminiHochberg: .benjaminiHochberg
    case .holm: .holm
    }
  }
}
