import Foundation
import Testing

/// Features from recipes, in whole jobs.
@Suite(.serialized) struct FeaturesTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private static let recipe = """
    version: 1
    name: weather-features
    sources:
      weather:
        entity: {airport: station}
        time: measured
        delay: 1h
        max-age: 3h
        columns: wind

    """

  private static let job = """
    version: 1
    name: delays
    project: flights
    steps:
      - {id: flights, uses: snapshot, with: {from: flights.csv, dataset: flights}}
      - {id: weather, uses: snapshot, with: {from: weather.csv, dataset: weather}}
      - id: rows
        uses: features
        with: {data: flights, time: leaves, recipe: recipe.yaml, inputs: {weather: weather}, as: weather-features, dataset: rows}
      - {id: parts, uses: split, with: {data: rows, by: random, test: 0.25}}
      - id: model
        uses: train
        with: {trainer: baseline, data: parts.train, target: late, features: [wind], model: delays}
      - {id: scores, uses: evaluate, with: {model: model, data: parts.test}}

    """

  private static let night = """
    version: 1
    name: night
    project: flights
    steps:
      - id: rows
        uses: features
        with: {data: flights@latest, time: leaves, recipe: RECIPE, inputs: {weather: weather@latest}, dataset: tonight}
      - {id: scored, uses: predict, with: {model: delays@v1, data: rows, dataset: predictions}}

    """

  private func prepare() throws {
    var flights = "airport,leaves,late\n"
    var weather = "station,measured,wind\n"
    for hour in 0..<40 {
      let time = "2013-01-0\(1 + hour / 24)T\(hour % 24 < 10 ? "0" : "")\(hour % 24)"
      weather += "\(hour % 2 == 0 ? "JFK" : "LGA"),\(time):00:00Z,\(hour)\n"
      flights += "JFK,\(time):30:00Z,\(hour % 3 == 0)\n"
    }
    try site.write("flights.csv", flights)
    try site.write("weather.csv", weather)
    try site.write("recipe.yaml", Self.recipe)
    try site.write("delays.yaml", Self.job)
  }

  private func submit(_ name: String, at time: String, expect status: Int32 = 0) throws {
    try #require(try site.run("submit", name, "--now", time).status == 0)
    let answer = try site.run("run")
    #expect(answer.status == status, "\(answer.errors)")
  }

  private func steps() throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: Data(try site.run("runs", "--json").output.utf8))
    return (json as? [[String: Any]])?.first?["steps"] as? [[String: Any]] ?? []
  }

  private func outcomes() throws -> [String] { try steps().compactMap { $0["outcome"] as? String } }

  @Test("what was not published yet is not seen, and what is too old is not either")
  func pointInTime() throws {
    try prepare()
    try submit("delays.yaml", at: "2013-02-01T02:00:00Z")
    #expect(try site.run("data", "checkout", "flights/rows@latest", "out").status == 0)
    let rows = try site.read("out/features.csv").split(separator: "\n")
    // Measured every other hour and known an hour later: at 02:30 that of midnight is the newest that is known.
    #expect(
      rows.prefix(6) == [
        "airport,leaves,late,wind", "JFK,2013-01-01T00:30:00Z,true,", "JFK,2013-01-01T01:30:00Z,false,0",
        "JFK,2013-01-01T02:30:00Z,false,0", "JFK,2013-01-01T03:30:00Z,true,2", "JFK,2013-01-01T04:30:00Z,false,2",
      ])
  }

  @Test("a model scores features of its own recipe alone, and the refusal names both versions")
  func refusal() throws {
    try prepare()
    try submit("delays.yaml", at: "2013-02-01T02:00:00Z")
    try site.write("night.yaml", Self.night.replacingOccurrences(of: "RECIPE", with: "weather-features@v1"))
    try submit("night.yaml", at: "2013-02-02T02:00:00Z")
    #expect(try outcomes() == ["reused", "ran"])

    // Another recipe, although no value of this night depends on what is new in it.
    try site.write("recipe.yaml", Self.recipe.replacingOccurrences(of: "3h", with: "4h"))
    try submit("delays.yaml", at: "2013-02-03T02:00:00Z")
    #expect(try outcomes() == ["reused", "reused", "ran", "ran", "ran", "ran"])
    try site.write("night.yaml", Self.night.replacingOccurrences(of: "RECIPE", with: "weather-features@v2"))
    try submit("night.yaml", at: "2013-02-04T02:00:00Z", expect: 10)
    #expect(
      try steps().last?["reason"] as? String
        == "the model delays@v1 learned from features of weather-features@v1, but the data tonight@v2 was built with weather-features@v2: build the features with weather-features@v1, or retrain the model"
    )
  }

  @Test(
    "what judges a model or watches it refuses features of another recipe, too", arguments: ["evaluate", "monitor"])
  func otherRefusals(kind: String) throws {
    try prepare()
    try submit("delays.yaml", at: "2013-02-01T02:00:00Z")
    let night = Self.night.replacingOccurrences(of: ", dataset: predictions", with: "")
      .replacingOccurrences(of: "predict", with: kind)
    try site.write("night.yaml", night.replacingOccurrences(of: "RECIPE", with: "weather-features@v1"))
    try submit("night.yaml", at: "2013-02-02T02:00:00Z")
    #expect(try outcomes() == ["reused", "ran"])
    try site.write("other.yaml", Self.recipe.replacingOccurrences(of: "3h", with: "4h"))
    try site.write("night.yaml", night.replacingOccurrences(of: "RECIPE", with: "other.yaml"))
    try submit("night.yaml", at: "2013-02-03T02:00:00Z", expect: 10)
    let reason = try #require(try steps().last?["reason"] as? String)
    #expect(
      reason.hasPrefix(
        "the model delays@v1 learned from features of weather-features@v1, but the data tonight@v2 was built with weather-features ("
      ), "\(reason)")
    #expect(reason.hasSuffix("): build the features with weather-features@v1, or retrain the model"))
  }

  private static let second = """
    version: 1
    name: weather-features
    sources:
      weather:
        entity: {airport: station}
        time: measured
        features: {gusts: {max: wind, over: 6h}}

    """

  private static let twice = """
    version: 1
    name: NAME
    project: flights
    steps:
      - {id: flights, uses: snapshot, with: {from: flights.csv, dataset: flights}}
      - {id: weather, uses: snapshot, with: {from: weather.csv, dataset: weather}}
      - id: rows
        uses: features
        with: {data: flights, time: leaves, recipe: recipe.yaml, inputs: {weather: weather}}
      - id: more
        uses: features
        with: {data: rows, time: leaves, recipe: second.yaml, inputs: {weather: weather}, dataset: more}

    """

  @Test("features that were there before keep their recipe when another of its name adds some")
  func twoRecipes() throws {
    try prepare()
    try site.write("second.yaml", Self.second)
    let train =
      "  - {id: model, uses: train, with: {trainer: baseline, data: more, target: late, features: [wind, gusts], model: delays}}\n"
    try site.write("day.yaml", Self.twice.replacingOccurrences(of: "NAME", with: "day") + train)
    try submit("day.yaml", at: "2013-02-01T02:00:00Z")
    let score = "  - {id: scored, uses: predict, with: {model: delays@v1, data: more, dataset: predictions}}\n"
    try site.write("night.yaml", Self.twice.replacingOccurrences(of: "NAME", with: "night") + score)
    try submit("night.yaml", at: "2013-02-02T02:00:00Z")
    try site.write("recipe.yaml", Self.recipe.replacingOccurrences(of: "3h", with: "4h"))
    try submit("night.yaml", at: "2013-02-03T02:00:00Z", expect: 10)
    let reason = try #require(try steps().last?["reason"] as? String)
    #expect(reason.hasPrefix("the model delays@v1 learned from features of weather-features ("), "\(reason)")
    #expect(reason.contains("but the data more@v2 was built with weather-features ("), "\(reason)")
    // The three recipes are told apart by their digests.
    #expect(Set(reason.matches(of: #/\(([0-9a-f]+)\)/#).map { String($0.1) }).count == 2, "\(reason)")
  }

  @Test("comments make no new recipe, and another project that cites it builds nothing again")
  func reuse() throws {
    try prepare()
    try submit("delays.yaml", at: "2013-02-01T02:00:00Z")
    try site.write("recipe.yaml", "# The weather.\n" + Self.recipe)
    try submit("delays.yaml", at: "2013-02-02T02:00:00Z")
    #expect(try outcomes() == Array(repeating: "reused", count: 6))
    try site.write(
      "other.yaml",
      """
      version: 1
      name: other
      project: other
      steps:
        - id: rows
          uses: features
          with:
            data: flights/flights@latest
            time: leaves
            recipe: flights/weather-features@latest
            inputs: {weather: flights/weather@latest}
            dataset: own-rows

      """)
    try submit("other.yaml", at: "2013-02-03T02:00:00Z")
    #expect(try outcomes() == ["reused"])
    #expect(try site.run("data", "list").output.contains("own-rows"))
  }

  @Test("what is wrong with a recipe is told at its place before anything runs")
  func mistakes() throws {
    try prepare()
    try site.write("recipe.yaml", Self.recipe.replacingOccurrences(of: "max-age", with: "max-agee"))
    let answer = try site.run("check", "delays.yaml")
    #expect(answer.status == 65)
    #expect(answer.errors == "recipe.yaml:8:5: source “weather” has no key `max-agee`: did you mean `max-age`?\n")
  }
}
