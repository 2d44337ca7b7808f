internal import Records

/// Instants on pages: exact, and readable by the page's script, which adds how long ago that was.
enum Moment {
  /// `2013-04-01 02:00 UTC`, exact to the second where a machine or a hovering reader asks.
  static func html(_ time: Timestamp) -> HTML {
    let text = time.text
    return "<time datetime=\"\(text)\">\(time.date) \(String(text.dropFirst(11).prefix(5))) UTC</time>"
  }

  /// With its seconds: `2013-04-01 02:00:05 UTC`.
  static func exact(_ time: Timestamp) -> HTML {
    let text = time.text
    return "<time class=\"w\" datetime=\"\(text)\">\(time.date) \(String(text.dropFirst(11).prefix(8))) UTC</time>"
  }

  /// The day alone: `2013-04-01`.
  static func day(_ time: Timestamp) -> HTML { "<time datetime=\"\(time.date)\">\(time.date)</time>" }

  /// When the next run is expected. A page that lies on a disk cannot know that no run came; its reader's clock does: the
  /// script makes a warning of the sentence once the time is past.
  static func expected(_ expected: Timestamp, after last: Timestamp?) -> HTML {
    let since: HTML = last.map { " data-last=\"\($0.text)\"" } ?? ""
    let before: HTML = last.map { "Last run: \(html($0)). " } ?? ""
    return """
      <p class="soft expected" data-expected="\(expected.text)"\(since)>\(before)The next one is expected by \(html(expected)): \
      if that is past, no run came, and <code>nightshift health</code> says more.</p>
      """
  }
}
