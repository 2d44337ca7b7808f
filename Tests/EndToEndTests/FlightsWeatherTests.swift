import Foundation
import Testing

/// The shipped example with a feature recipe, on the shipped flights.
@Suite struct FlightsWeatherTests {
  @Test("each flight has the weather that was published by its hour, found again row by row")
  func example() throws {
    let site = try SiteFixture()
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Jobs/examples/flights")
    let jobs = site.root.appendingPathComponent("flights")
    try FileManager.default.copyItem(at: folder, to: jobs)
    // Every eighth flight, and without descriptions of what goes in.
    var spec = try site.read("flights/flights-weather.yaml")
    for name in ["flights", "weather"] {
      spec = spec.replacing("dataset: \(name)}", with: "dataset: \(name), format: files}")
    }
    let short = """
        - id: short
          run: awk 'NR % 8 == 1' inputs/all/flights/2013-02.csv | head -3001 > outputs/rows.csv
          inputs: {all: flights}
          outputs: {rows: {path: rows.csv, kind: dataset}}
        - id: rows

      """
    spec = spec.replacing("  - id: rows\n", with: short).replacing("data: flights\n", with: "data: short.rows\n")
    try site.write("flights/short.yaml", spec)
    try #require(
      try site.run("submit", "flights/short.yaml", "--param", "months=flights/2013-02.csv").status == 0)
    let answer = try site.run("run")
    try #require(answer.status == 0, "\(answer.errors)")
    try #require(try site.run("data", "checkout", "flights/flights-features@latest", "out").status == 0)
    try #require(try site.run("data", "checkout", "flights/weather@latest", "weather").status == 0)
    let weather = Weather(try site.read("weather/weather.csv"))
    let rows = try site.read("out/features.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let header = rows[0].map(String.init)
    let (time, origin) = (
      try #require(header.firstIndex(of: "time_hour")), try #require(header.firstIndex(of: "origin"))
    )
    let (temp, age) = (try #require(header.firstIndex(of: "temp")), try #require(header.firstIndex(of: "weather_age")))
    #expect(rows.count == 3001)
    let wrong = rows.dropFirst().filter { row in
      let found = weather.known(at: String(row[time]), of: String(row[origin]))
      return Double(row[temp]) != found.flatMap { $0.hours > 6 ? nil : $0.temp }
        || Double(row[age]) != found.map { Double($0.hours * 3600) }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  /// The weather by station and hour, looked up hour by hour.
  private struct Weather {
    private var temps: [String: Double?] = [:]
    private let formatter = ISO8601DateFormatter()

    init(_ text: String) {
      for line in text.split(separator: "\n").dropFirst() {
        let values = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        temps["\(values[0]) \(values[14])"] = .some(Double(values[5]))
      }
    }

    /// What was measured at least an hour before, the newest.
    func known(at time: String, of station: String) -> (temp: Double?, hours: Int)? {
      guard let date = formatter.date(from: time) else { return nil }
      for hours in 1..<2000 {
        let key = "\(station) \(formatter.string(from: date.addingTimeInterval(Double(-hours) * 3600)))"
        if let temp = temps[key] { return (temp, hours) }
      }
      return nil
    }
  }
}
