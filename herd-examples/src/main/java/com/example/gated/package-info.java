/// A ranking model that lives outside Herd.
@NullMarked
package com.example.gated;

import org.jspecify.annotations.NullMarked;
