@testable import Jobs
import Records
import Testing

@Suite struct FeatureRecipeReaderTests {
  private func lines(_ text: String) -> [String] {
    do {
      _ = try FeatureRecipeReader.read(Array(text.utf8), file: "r.yaml")
      return []
    } catch {
      return error.lines
    }
  }

  private static let head = "version: 1\nname: r\nsources:\n  w:\n    entity: id\n    time: t\n"

  @Test("a recipe is read as it is written")
  func whole() throws {
    let recipe = try FeatureRecipeReader.read(
      Array(
        """
        version: 1
        name: weather-features
        sources:
          weather:
            entity: {airport: station}
            time: measured
            known: published
            columns: [temp]
            max-age: 6h
            features:
              rain_24h: {sum: rain, over: 24h}
              reports: {count: "*"}
          aircraft:
            entity: [tail, carrier]
            time: flown
            delay: 90s
            features: {idle: {age: "*", max-age: 30d}}

        """.utf8), file: "r.yaml")
    #expect(recipe.featureNames == ["temp", "rain_24h", "reports", "idle"])
    #expect(recipe.sources[0].entity == [FeatureRecipe.Key(data: "airport", source: "station")])
    #expect(recipe.sources.map(\.corrects) == [true, false])
    #expect(recipe.sources.map(\.delaySeconds) == [0, 90])
    #expect(recipe.sources[0].features.map(\.reachSeconds) == [21_600, 86_400, nil])
    #expect(recipe.sources[0].features.map(\.column) == ["temp", "rain", nil])
  }

  private struct Mistake: Sendable {
    /// Below ``head``, unless it begins with `version`.
    var text: String
    var line: String
  }

  private static let cases: [Mistake] = [
    Mistake(
      text: "version: 2\nname: r\nsources: {}\n",
      line: "r.yaml:1:10: `version` must be a whole number from 1 to 1, not “2”"),
    Mistake(
      text: "version: 1\nname: r\nsources: {}\n", line: "r.yaml:3:10: `sources` needs at least one source"),
    Mistake(text: "", line: "r.yaml:5:5: source “w” makes nothing: it needs `columns` or `features`"),
    Mistake(
      text: "    columns: a\n    kown: b\n", line: "r.yaml:8:5: source “w” has no key `kown`: did you mean `known`?"),
    Mistake(text: "    columns: []\n", line: "r.yaml:7:14: `columns` needs at least one column"),
    Mistake(text: "    features: {}\n", line: "r.yaml:7:15: `features` needs at least one feature"),
    Mistake(
      text: "version: 1\nname: r\nsources:\n  w: {entity: [], time: t, columns: a}\n",
      line: "r.yaml:4:15: `entity` needs at least one column"),
    Mistake(
      text: "version: 1\nname: r\nsources:\n  w: {entity: {}, time: t, columns: a}\n",
      line: "r.yaml:4:15: `entity` needs at least one column"),
    Mistake(text: "    columns: [a, a]\n", line: "r.yaml:7:14: two features are called “a”: rename one"),
    Mistake(
      text: "    columns: a\n    known: k\n    delay: 1h\n",
      line: "r.yaml:9:12: source “w” has `known` and `delay`: it takes one"),
    Mistake(text: "    features: {x: {sum: \"*\"}}\n", line: "r.yaml:7:25: `sum` needs a column"),
    Mistake(
      text: "    features: {x: {last: a, over: 1h}}\n",
      line: "r.yaml:7:35: `over` does not go with `last`: write `max-age`"),
    Mistake(
      text: "    features: {x: {last: a, sum: b}}\n",
      line: "r.yaml:7:19: feature “x” takes one of `last`, `age`, `count`, `sum`, `mean`, `min`, `max`"),
    Mistake(
      text: "    features: {x: {sum: a, over: soon}}\n",
      line: "r.yaml:7:34: “soon” is not a duration: write `90s`, `15m`, `1.5h` or `30d`"),
  ]

  @Test("every mistake of a recipe is told at its place", arguments: cases.indices)
  func mistakes(index: Int) {
    let mistake = Self.cases[index]
    let found = lines(mistake.text.hasPrefix("version") ? mistake.text : Self.head + mistake.text)
    #expect(found.contains(mistake.line), "\(found)")
  }
}
