namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>What a model comes to in some unit, and what of it is left without some of its channels.</summary>
internal interface ISize
{
    /// <summary>That of all channels.</summary>
    double All { get; }

    /// <summary>Whether, all else as it is, every channel of a set adds the same; else widths in between may be no better than larger
    /// ones.</summary>
    bool IsEven { get; }

    /// <summary>That without some channels.</summary>
    double Without(IReadOnlySet<int> removed);
}
