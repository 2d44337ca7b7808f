package import Store
package import Tables

/// How features are made of what sources knew at a moment: the document that a version of a recipe holds as
/// `recipe.json`. Several projects may share it.
package struct FeatureRecipe: Codable, Hashable, Sendable {
  package static let currentFormat = "nightshift-features 1"
  /// The file of a recipe's version.
  package static let fileName = "recipe.json"

  package var format = FeatureRecipe.currentFormat
  package var name: String
  /// In the order of their columns.
  package var sources: [Source]

  package struct Source: Codable, Hashable, Sendable {
    package var name: String
    package var entity: [Key]
    /// The column that says when it happened.
    package var time: String
    /// The column that says when it became known; nil: ``delaySeconds`` after it happened.
    package var known: String?
    package var delaySeconds: Double
    /// Of one entity and time, what became known later takes the place of what was known before.
    package var corrects: Bool
    package var features: [Feature]

    package init(
      name: String, entity: [Key], time: String, known: String?, delaySeconds: Double, corrects: Bool,
      features: [Feature]
    ) {
      self.name = name
      self.entity = entity
      self.time = time
      self.known = known
      self.delaySeconds = delaySeconds
      self.corrects = corrects
      self.features = features
    }
  }

  /// A column of the data and the source's column that names the same entity.
  package struct Key: Codable, Hashable, Sendable {
    package var data: String
    package var source: String

    package init(data: String, source: String) {
      self.data = data
      self.source = source
    }
  }

  package struct Feature: Codable, Hashable, Sendable {
    package var name: String
    package var measure: AsOfFeature.Measure
    /// Nil: the rows themselves.
    package var column: String?
    /// Of `last` and `age` the largest age, of the others the window; nil: any.
    package var reachSeconds: Double?

    package init(name: String, measure: AsOfFeature.Measure, column: String?, reachSeconds: Double?) {
      self.name = name
      self.measure = measure
      self.column = column
      self.reachSeconds = reachSeconds
    }
  }

  package init(name: String, sources: [Source]) {
    self.name = name
    self.sources = sources
  }

  /// The columns that it makes.
  package var featureNames: [String] { sources.flatMap { $0.features.map(\.name) } }
}

/// Which recipe made columns of some data.
package struct RecipeCitation: Codable, Hashable, Sendable {
  package var name: String
  /// Of the recipe's version.
  package var digest: Digest
  /// The columns.
  package var features: [String]

  package init(name: String, digest: Digest, features: [String]) {
    self.name = name
    self.digest = digest
    self.features = features
  }
}

extension [RecipeCitation] {
  /// The citations of data to which `new` added its columns. Earlier ones go on counting for the columns that are still
  /// theirs, those of an earlier version of the same recipe among them.
  package func citing(_ new: RecipeCitation) -> [RecipeCitation] {
    compactMap { citation in
      var rest = citation
      rest.features.removeAll(where: new.features.contains)
      return citation.digest == new.digest || rest.features.isEmpty ? nil : rest
    } + [new]
  }
}
