import Foundation
import Testing

/// What copies of data are read as: what the data is.
@Suite struct InheritedTypesTests {
  private let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private static let recipe = """
    version: 1
    name: codes
    sources:
      codes: {entity: zip, time: at, columns: code}

    """

  private static let job = """
    version: 1
    name: copies
    project: p
    steps:
      - {id: raw, uses: snapshot, with: {from: rows.jsonl, dataset: rows, format: FORMAT, missing: [nil]}}
      - {id: codes, uses: snapshot, with: {from: codes.jsonl, dataset: codes}}
      - {id: parts, uses: split, with: {data: raw, by: random, test: 0.5}}
      - {id: model, uses: train, with: {trainer: baseline, data: parts.train, target: n, features: [zip], model: m}}
      - {id: scores, uses: predict, with: {model: model, data: codes, dataset: scores}}
      - id: joined
        uses: features
        with: {data: raw, time: at, recipe: recipe.yaml, inputs: {codes: codes}, dataset: joined}

    """

  @Test("the verbs read a version with the words for missing values that its job was given")
  func verbs() throws {
    try site.write("data.csv", "id,v\n1,-999\n2,3\n")
    try site.write(
      "job.yaml",
      "version: 1\nname: job\nsteps:\n  - {id: raw, uses: snapshot, with: {from: data.csv, dataset: rows, missing: [\"-999\"]}}\n"
    )
    try #require(try site.run("submit", "job.yaml").status == 0)
    try #require(try site.run("run").status == 0)
    #expect(try site.run("data", "profile", "rows@v1", "--json").output.contains("“v” is missing in 50 % of the rows"))
    try site.write("same.csv", "id,v\n1,\n2,3\n")
    #expect(try site.run("data", "diff", "rows@v1", "same.csv", "--exit-code").status == 0)
  }

  @Test("texts of digits stay texts in what is copied, described or not", arguments: ["table", "files"])
  func digits(format: String) throws {
    let rows = (0..<20).map { "{\"zip\":\"1000\($0 % 4)\",\"at\":\"2013-01-01T00:00:00Z\",\"n\":\($0)}\n" }
    let codes = (0..<4).map { "{\"zip\":\"1000\($0)\",\"at\":\"2012-01-01T00:00:00Z\",\"code\":\"4\($0)\"}\n" }
    try site.write("rows.jsonl", rows.joined())
    // No number, which a model that took digits for numbers could not score.
    try site.write("codes.jsonl", codes.joined() + "{\"zip\":\"K1A\",\"at\":\"2012-01-01T00:00:00Z\",\"code\":\"4\"}\n")
    try site.write("recipe.yaml", Self.recipe)
    // What is said of reading is for tables alone.
    let job = Self.job.replacing("FORMAT", with: format)
    try site.write("copies.yaml", format == "table" ? job : job.replacing(", missing: [nil]", with: ""))
    let submitted = try site.run("submit", "copies.yaml")
    try #require(submitted.status == 0, "\(submitted.errors)")
    let answer = try site.run("run")
    #expect(answer.status == 0, "\(answer.errors)")
    let schema = try site.run("data", "schema", "p/joined@latest").output.split(separator: "\n").map {
      $0.split(separator: " ").prefix(2).joined(separator: " ")
    }
    #expect(schema.contains("zip string") && schema.contains("code string"), "\(schema)")
  }
}
