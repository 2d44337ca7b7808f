package import Statistics
internal import Tables

/// What a column held, in bounded room: enough to tell later whether another sample of it is alike.
package struct ColumnProfile: Codable, Hashable, Sendable {
  package enum Values: Codable, Hashable, Sendable {
    /// `spread` is nil for fewer than two finite numbers.
    case numbers(distribution: EmpiricalDistribution, spread: Spread?)
    /// The most frequent first, of equal ones the first by its text; and the rows of all those that were too many to be
    /// counted by name.
    case categories(counts: [Category], otherCount: Int)
  }

  package struct Category: Codable, Hashable, Sendable {
    package var text: String
    package var count: Int

    package init(text: String, count: Int) {
      self.text = text
      self.count = count
    }
  }

  package var name: String
  package var missingCount: Int
  package var values: Values

  /// Rows with a value.
  package var valueCount: Int {
    switch values {
    case .numbers(let distribution, _): distribution.rowCount
    case .categories(let counts, let otherCount): counts.reduce(otherCount) { $0 + $1.count }
    }
  }

  /// Whether it could have come from a column: what a file says need not.
  var isSound: Bool {
    switch values {
    case .numbers(let distribution, _): missingCount >= 0 && distribution.isSound
    case .categories(let counts, let otherCount):
      missingCount >= 0 && otherCount >= 0 && counts.allSatisfy { $0.count > 0 }
    }
  }
}

/// Takes a column in, batch by batch, as a model reads it.
struct ColumnProfiler: Sendable {
  private enum State: Sendable {
    case numbers(DistributionSketch)
    case categories(CategoryCounts)
    /// While what it holds is changed, so that it is not copied.
    case lent
  }

  private let name: String
  private var state: State

  /// Values to which the distribution of many different numbers is reduced; its ranks are then wrong by at most half of a
  /// thousandth more.
  private static let pointLimit = 1024

  /// - Parameter known: the categories that are always counted; nil for numbers.
  init(_ name: String, known: [String]?) {
    self.name = name
    state = known.map { .categories(CategoryCounts(known: $0)) } ?? .numbers(DistributionSketch())
  }

  init(_ feature: ModelSchema.Feature) {
    switch feature.kind {
    // Times are left out of profiles.
    case .numeric, .season: self.init(feature.name, known: nil)
    case .boolean: self.init(feature.name, known: ["false", "true"])
    case .categorical(let values): self.init(feature.name, known: values)
    }
  }

  mutating func add(_ column: Column) {
    switch state {
    case .numbers(var sketch):
      state = .lent
      sketch.add(column.doubles ?? [Double](repeating: .nan, count: column.count))
      state = .numbers(sketch)
    case .categories(var counts):
      state = .lent
      counts.add(column)
      state = .categories(counts)
    case .lent: preconditionFailure("a column is added to by one at a time")
    }
  }

  var profile: ColumnProfile {
    switch state {
    case .numbers(let sketch):
      ColumnProfile(
        name: name, missingCount: sketch.missingCount,
        values: .numbers(
          distribution: sketch.distribution.reduced(to: Self.pointLimit), spread: sketch.moments.spread))
    case .categories(let counts): counts.profile(name)
    case .lent: preconditionFailure("a profile is taken when nothing is added")
    }
  }
}

/// How often each category came: those that are known exactly, of others a bounded number.
private struct CategoryCounts: Sendable {
  private var counts: [String: Int]
  private var others: [String: Int] = [:]
  private var uncounted = 0
  private var missingCount = 0

  /// Unknown categories that are kept by name.
  private static let limitOthers = 1000

  init(known: [String]) { counts = Dictionary(known.map { ($0, 0) }, uniquingKeysWith: { first, _ in first }) }

  mutating func add(_ column: Column) {
    missingCount += column.missingCount
    switch column.storage {
    case .strings(let texts):
      var found = [Int](repeating: 0, count: texts.values.count)
      for code in texts.codes where code >= 0 { found[Int(code)] &+= 1 }
      for (text, count) in zip(texts.values, found) where count > 0 { add(text, count) }
    case .booleans(let values):
      add("true", values.count { $0 == 1 })
      add("false", values.count { $0 == 0 })
    default:
      for case let text? in column.texts { add(text, 1) }
    }
  }

  private mutating func add(_ text: String, _ count: Int) {
    if counts[text] != nil {
      counts[text, default: 0] += count
    } else if others[text] != nil || others.count < Self.limitOthers {
      others[text, default: 0] += count
    } else {
      uncounted += count
    }
  }

  func profile(_ name: String) -> ColumnProfile {
    let found = counts.merging(others, uniquingKeysWith: +).filter { $0.value > 0 }
      .sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
    return ColumnProfile(
      name: name, missingCount: missingCount,
      values: .categories(
        counts: found.map { ColumnProfile.Category(text: $0.key, count: $0.value) },
        otherCount: uncounted))
  }
}
