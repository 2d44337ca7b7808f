internal import Tables
internal import Foundation

/// Turns constraints that name features into the library's, which count them: a model's columns may move, its names do not.
struct FeatureConstraints {
  private let features: [ModelSchema.Feature]

  init(_ features: [ModelSchema.Feature]) { self.features = features }

  /// `{"distance": 1, "age": -1}` as `(0,1,-1)`.
  func directions(_ text: String) throws(LearningError) -> String {
    let directions = try Self.directions(in: text)
    for name in directions.keys.sorted()
    where features[try place(of: name, in: "monotone_constraints")].kind.isCategorical {
      throw .invalidParameter("`monotone_constraints` names “\(name)”, which has categories and so no direction")
    }
    return "(\(features.map { "\(directions[$0.name] ?? 0)" }.joined(separator: ",")))"
  }

  /// `[["distance", "age"], ["carrier"]]` as `[[0, 2], [1]]`.
  func groups(_ text: String) throws(LearningError) -> String {
    let groups = try Self.groups(in: text)
    var counted: [String] = []
    for group in groups {
      var places: [String] = []
      for name in group { places.append("\(try place(of: name, in: "interaction_constraints"))") }
      counted.append("[\(places.joined(separator: ","))]")
    }
    return "[\(counted.joined(separator: ","))]"
  }

  private func place(of name: String, in parameter: String) throws(LearningError) -> Int {
    guard let place = features.firstIndex(where: { $0.name == name }) else {
      throw Self.noFeature(name, parameter, features.map(\.name))
    }
    return place
  }

  // MARK: Text

  /// By feature 1, -1 or 0.
  static func directions(in text: String) throws(LearningError) -> [String: Int] {
    guard let directions = try? JSONDecoder().decode([String: Int].self, from: Data(text.utf8)),
      directions.values.allSatisfy({ (-1...1).contains($0) })
    else {
      throw .invalidParameter(
        "`monotone_constraints` is \(text), but must give features a direction: `{distance: 1, age: -1}`, 1 to rise, -1 to fall"
      )
    }
    return directions
  }

  static func groups(in text: String) throws(LearningError) -> [[String]] {
    guard let groups = try? JSONDecoder().decode([[String]].self, from: Data(text.utf8)), !groups.isEmpty else {
      throw .invalidParameter(
        "`interaction_constraints` is \(text), but must list groups of features: `[[distance, age], [carrier]]`")
    }
    return groups
  }

  static func noFeature(_ name: String, _ parameter: String, _ features: [String]) -> LearningError {
    let hint = nearestWord(to: name, among: features).map { ": did you mean “\($0)”?" } ?? ""
    return .invalidParameter("`\(parameter)` names “\(name)”, which is no feature of the model\(hint)")
  }
}
