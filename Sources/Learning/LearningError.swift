/// Why a model cannot be trained or used, in one sentence that says what to do.
package enum LearningError: Error, Equatable, Sendable {
  case noLibrary(tried: [String], reason: String)
  /// What XGBoost said, without its stack trace.
  case library(String)
  case unknownColumn(role: String, name: String, nearest: String?)
  /// Columns that a model reads and the data lacks; two or more.
  case missingFeatures([String])
  /// Columns that a model reads and the data lacks: what may be meant by each.
  case absentColumns([Absence])
  case unusableColumn(name: String, reason: String)
  case singleClass(target: String, value: String, rowCount: Int)
  case noRows(String)
  case unknownParameter(name: String, nearest: String?)
  case invalidParameter(String)
  /// A metric, as `SET METRIC`, that came out as NaN or infinite.
  case unusableMetric(name: String, round: Int)
  case damagedPackage(String)
  case unknownFormat(found: String, known: String)

  /// A column that is not there.
  package struct Absence: Equatable, Sendable {
    package var name: String
    /// A column whose values look like those that the model learnt.
    package var alike: String?
    /// A column of a similar name.
    package var nearest: String?

    package init(name: String, alike: String?, nearest: String?) {
      self.name = name
      self.alike = alike
      self.nearest = nearest
    }

    fileprivate var text: String {
      if let alike { return "“\(name)” (is it called “\(alike)” now? its values look like it)" }
      return "“\(name)”" + (nearest.map { " (did you mean “\($0)”?)" } ?? "")
    }
  }
}

extension LearningError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noLibrary(let tried, let reason):
      "no XGBoost library (\(tried.joined(separator: ", "))): \(reason);"
        + " `apt-get install libxgboost-dev`, or set NIGHTSHIFT_XGBOOST to the path of a libxgboost.so"
    case .library(let text): "XGBoost refused: \(text)"
    case .unknownColumn(let role, let name, let nearest):
      "the \(role) column “\(name)” is not in the data" + (nearest.map { ": did you mean “\($0)”?" } ?? "")
    case .missingFeatures(let names):
      "the data lacks \(names.count) columns that the model reads: \(names.map { "“\($0)”" }.joined(separator: ", "))"
    case .absentColumns(let columns):
      "the data lacks \(columns.count == 1 ? "a column" : "\(columns.count) columns") that the model reads: "
        + columns.prefix(20).map(\.text).joined(separator: ", ")
    case .unusableColumn(let name, let reason): "the column “\(name)” cannot be used: \(reason)"
    case .singleClass(let target, let value, let rowCount):
      "the target “\(target)” is \(value) in all \(rowCount) rows:"
        + " there is nothing to tell apart; check the target, or take data with both"
    case .noRows(let what): what
    case .unknownParameter(let name, let nearest):
      "XGBoost has no parameter `\(name)` that may be set here" + (nearest.map { ": did you mean `\($0)`?" } ?? "")
    case .invalidParameter(let text): text
    case .unusableMetric(let name, let round):
      "the metric “\(name)” is no finite number after round \(round):"
        + " look for a single class among its rows, or for a target or `eta` so large that training diverges"
    case .damagedPackage(let reason): "the model package is damaged: \(reason)"
    case .unknownFormat(let found, let known):
      "the model package is written as “\(found)”, and only “\(known)” is known here: use a newer nightshift"
    }
  }
}
