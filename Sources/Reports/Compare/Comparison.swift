internal import Records
internal import Store

/// Runs or versions of models side by side: what differs between them, and how far their metrics are apart.
package struct Comparison: Codable, Hashable, Sendable {
  /// A run or a version: a column.
  struct Subject: Codable, Hashable, Sendable {
    /// `v3`, or a run's name.
    var name: String
    /// Its page, below the site's root; nil where it has none.
    var page: String?
    var time: Timestamp
    /// In a few words: `champion`, `failed`.
    var remark: String?
  }

  /// What was given to each, as text; nil where it has none.
  struct Parameter: Codable, Hashable, Sendable {
    /// `Parameters`, `Recipe`, `Data`, `Features`.
    var group: String
    var name: String
    /// One a subject.
    var values: [String?]

    var differs: Bool { Set(values).count > 1 }
  }

  /// What was measured of each.
  struct Metric: Codable, Hashable, Sendable {
    var name: String
    /// The step that measured it, where runs have several that do.
    var step: String?
    /// One a subject; nil where it was not measured.
    var cells: [Cell?]
  }

  struct Cell: Codable, Hashable, Sendable {
    var value: Double
    var low: Double?
    var high: Double?
    var data: Digest
    var rowCount: Int
    /// Against the reference; nil for itself, and where the reference was not measured.
    var delta: Delta?
  }

  /// The subject's less the reference's.
  struct Delta: Codable, Hashable, Sendable {
    enum Basis: String, Codable, Hashable, Sendable {
      /// A test on the same rows, in which both are judged row by row.
      case paired
      /// Both intervals on the same data, as if they were independent: half-widths in quadrature.
      case intervals
      /// The same data, but nothing is known of how far chance goes.
      case sameData = "same-data"
      /// Other data: the difference is also that of the data.
      case otherData = "other-data"
    }

    var difference: Double
    var low: Double?
    var high: Double?
    var basis: Basis
    /// `DeLong, each bound 95 %`.
    var test: String?
  }

  /// What the subjects are: `versions`, `runs`.
  var noun: String
  var subjects: [Subject]
  /// The index of the subject that deltas are against.
  var reference: Int
  var parameters: [Parameter]
  var metrics: [Metric]
  /// Subjects that had no room.
  var leftOutCount = 0

  package static let subjectLimit = 30
  static let parameterLimit = 300
  static let metricLimit = 60
  static let textLimit = 200
}

extension Comparison.Delta {
  /// Of two cells by what they alone tell.
  init(_ cell: Comparison.Cell, against reference: Comparison.Cell) {
    difference = cell.value - reference.value
    guard cell.data == reference.data else {
      basis = .otherData
      return
    }
    guard let low = cell.low, let high = cell.high, let otherLow = reference.low, let otherHigh = reference.high else {
      basis = .sameData
      return
    }
    basis = .intervals
    // Each side of the difference from the sides that make it: intervals need not be symmetric.
    let down = ((cell.value - low).squared + (otherHigh - reference.value).squared).squareRoot()
    let up = ((high - cell.value).squared + (reference.value - otherLow).squared).squareRoot()
    (self.low, self.high) = (difference - down, difference + up)
  }

  /// Of a paired test, whichever of both was the challenger.
  init(_ test: VerdictDocument.Test, isTurned: Bool) {
    difference = isTurned ? -test.difference : test.difference
    low = isTurned ? -test.upper : test.lower
    high = isTurned ? -test.lower : test.upper
    basis = .paired
    self.test = "\(test.name), each bound \(Format.percent(test.confidence))"
  }
}

extension Comparison {
  /// Rows of parameters whose names are in any of the subjects, those that differ first, then by name.
  static func parameters(_ group: String, _ subjects: [[String: String]]) -> [Parameter] {
    let names = Set(subjects.flatMap(\.keys)).sorted()
    return names.prefix(parameterLimit).map { name in
      Parameter(
        group: group, name: ProfileText.clipped(name, textLimit),
        values: subjects.map { $0[name].map { ProfileText.clipped($0, textLimit) } })
    }
  }

  /// The metrics that stand for models first, then the others by name.
  static func order(_ names: Set<String>) -> [String] {
    let first = [
      "auc", "macro_auc", "accuracy", "f1", "macro_f1", "r2", "rmse", "mae", "log_loss", "pr_auc", "brier", "ece",
    ].filter(names.contains)
    return Array((first + names.subtracting(first).sorted()).prefix(metricLimit))
  }
}

extension Double {
  fileprivate var squared: Double { self * self }
}
