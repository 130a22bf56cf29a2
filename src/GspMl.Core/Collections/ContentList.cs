using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace GspMl.Collections;

/// <summary>A list that equals another of the same entries, so that records which hold one are compared by what they say.</summary>
internal sealed class ContentList<T>(IReadOnlyList<T> entries) : IReadOnlyList<T>, IEquatable<ContentList<T>>
{
    private readonly IReadOnlyList<T> entries = entries;

    public int Count => entries.Count;

    public T this[int index] => entries[index];

    public bool Equals(ContentList<T>? other)
        => other is not null && (ReferenceEquals(entries, other.entries) || entries.SequenceEqual(other.entries));

    public override bool Equals(object? obj) => Equals(obj as ContentList<T>);

    /// <summary>Of the first entries alone: lists may be long.</summary>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Count);
        foreach (var entry in entries.Take(8)) hash.Add(entry);
        return hash.ToHashCode();
    }

    /// <summary>The entries as an array: the one behind the list where there is one, else a copy.</summary>
    public T[] AsArray() => entries as T[] ?? [.. entries];

    public override string ToString() => $"[{string.Join(", ", entries.Take(8))}{(Count > 8 ? ", …" : "")}]";

    public IEnumerator<T> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes lists that are compared by content.</summary>
internal static class ContentList
{
    /// <summary>The entries as they are, not copied.</summary>
    [return: NotNullIfNotNull(nameof(entries))]
    public static IReadOnlyList<T>? Of<T>(IReadOnlyList<T>? entries)
        => entries is null or ContentList<T> ? entries : new ContentList<T>(entries);
}
