@NullMarked
package com.example.gated;

import org.jspecify.annotations.NullMarked;
