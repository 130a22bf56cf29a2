namespace GspMl.Onnx;

/// <summary>
/// Where a layer's error comes from. f is the layer of the dense model, g that of the pruned one; x and y are what they read in their own
/// models, on the same rows. All errors are root mean squares over all values and rows, as parts of ‖f(x)‖. Errors of the two kinds add up
/// to the total only roughly: they may go the same way or against each other, and a repaired layer makes up for what it inherits.
/// </summary>
public sealed record LayerDrift
{
    /// <summary>The dense model's node.</summary>
    public required string Node { get; init; }

    /// <summary>Its operator.</summary>
    public required string Operator { get; init; }

    /// <summary>The weight, as <see cref="PrunableWeight.Name"/> has it.</summary>
    public required string Weight { get; init; }

    /// <summary>The tensor that the dense layer puts out; null where <see cref="Note"/> says why.</summary>
    public string? Output { get; init; }

    /// <summary>‖y − x‖ / ‖x‖: how far what the layer reads has drifted; null where the shapes differ or nothing was measured.</summary>
    public double? Input { get; init; }

    /// <summary>‖f(y) − f(x)‖ / ‖f(x)‖: the error that the dense layer would hand on. Null as <see cref="Input"/>.</summary>
    public double? Inherited { get; init; }

    /// <summary>
    /// ‖g(x) − f(x)‖ / ‖f(x)‖: the error of the layer itself, on what the dense model reads. Null as <see cref="Input"/>.
    /// </summary>
    public double? Own { get; init; }

    /// <summary>‖g(y) − f(x)‖ / ‖f(x)‖: the error of what it puts out in the pruned model; null where the shapes differ.</summary>
    public double? Total { get; init; }

    /// <summary>Why something was not measured; null where all was.</summary>
    public string? Note { get; init; }
}
