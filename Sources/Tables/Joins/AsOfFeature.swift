/// A column to make of what a source knew at a moment.
package struct AsOfFeature: Hashable, Sendable {
  package enum Measure: String, Codable, Hashable, Sendable, CaseIterable {
    /// The value of the row that happened last, missing where it is missing there.
    case last
    /// Seconds since the row that happened last.
    case age
    /// Over a window: how many values, or rows, there are; 0 of none.
    case count
    /// Over a window, as doubles; missing of no value.
    case sum, mean, min, max
  }

  package var name: String
  package var measure: Measure
  /// Nil: the rows themselves, for `count` and `age`.
  package var column: String?
  /// Of `last` and `age`: the largest age. Of the others: the window's length. In ticks; nil: any.
  package var reach: Int64?

  package init(name: String, measure: Measure, column: String?, reach: Int64?) {
    self.name = name
    self.measure = measure
    self.column = column
    self.reach = reach
  }
}

/// A table of what happened when, and the features to make of it.
package struct AsOfSource: Sendable {
  package enum Known: Hashable, Sendable {
    /// Each row says when it became known.
    case column(String)
    /// So many ticks after it happened.
    case delay(Int64)
  }

  /// What the source is called, for messages.
  package var name: String
  package var table: Table
  /// Text columns; as many as the spine's key.
  package var entity: [String]
  package var time: String
  package var known: Known
  package var repeats: AsOfJoin.Repeats
  package var features: [AsOfFeature]

  package init(
    name: String, table: Table, entity: [String], time: String, known: Known, repeats: AsOfJoin.Repeats,
    features: [AsOfFeature]
  ) {
    self.name = name
    self.table = table
    self.entity = entity
    self.time = time
    self.known = known
    self.repeats = repeats
    self.features = features
  }
}
